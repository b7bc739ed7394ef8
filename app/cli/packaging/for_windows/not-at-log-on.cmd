@echo off
reg delete "HKCU\Software\Microsoft\Windows\CurrentVersion\Run" /v Loket /f >nul 2>nul
reg query "HKCU\Software\Microsoft\Windows\CurrentVersion\Run" /v Loket >nul 2>nul
if not errorlevel 1 exit /b 1
echo Loket tidak lagi hidup sendiri saat akun %USERNAME% masuk.
exit /b 0
