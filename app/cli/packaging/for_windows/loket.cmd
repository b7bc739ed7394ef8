@echo off
rem Perintah Loket, misalnya: loket backup --to E:\
rem Data kantor ada di folder akun Windows ini, di luar folder program: %LOCALAPPDATA%\Loket
setlocal
set "PYTHONHOME="
set "PYTHONPATH="
set "PYTHONNOUSERSITE=1"
if not defined LOKET_DATA if not exist "%~dp0program\data\" set "LOKET_DATA=%LOCALAPPDATA%\Loket"
"%~dp0python\python.exe" "%~dp0program\run.py" %*
