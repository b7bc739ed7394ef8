@echo off
call "%~dp0loket.cmd" stop
if errorlevel 1 pause
