/* bcryptprimitives.dll: the one function of it that packages written in Rust ask for. Wine 8 has no such library; the
 * random bytes come from advapi32, where they are called SystemFunction036. */
#include <windows.h>

BOOLEAN NTAPI SystemFunction036(PVOID bytes, ULONG count);

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE bytes, SIZE_T count)
{
    return SystemFunction036(bytes, (ULONG)count);
}

BOOL WINAPI DllMain(HINSTANCE library, DWORD why, LPVOID nothing)
{
    return TRUE;
}
