/* python3.dll: its .def file sends every name on to python311.dll; this is what a library needs besides. */
#include <windows.h>

BOOL WINAPI DllMain(HINSTANCE library, DWORD why, LPVOID nothing)
{
    return TRUE;
}
