@echo off
reg add "HKCU\Software\Microsoft\Windows\CurrentVersion\Run" /v Loket /t REG_SZ /d "cmd /c \"\"%~dp0Jalankan Loket.cmd\"\"" /f >nul
if errorlevel 1 exit /b 1
echo Loket hidup sendiri setiap kali akun %USERNAME% masuk ke Windows.
