@echo off
title Loket
call "%~dp0loket.cmd" office
if errorlevel 1 pause
