/* .venv\Scripts\python.exe: starts the interpreter that ..\pyvenv.cfg names as `home`, with the same arguments.
 *
 * CPython calls it venvlauncher.exe. The interpreter learns from __PYVENV_LAUNCHER__ in which environment it runs; it
 * shares our console, hears Ctrl+C itself, ends when we are ended, and its exit code is ours. */
#include <stdio.h>
#include <string.h>
#include <wchar.h>
#include <windows.h>

#define ROOM 32768
#define NO_SETTINGS 106
#define NO_INTERPRETER 101

static wchar_t own_path[ROOM], path[ROOM], command[2 * ROOM];

/* The command line behind the name of the program. */
static const wchar_t *arguments_of(const wchar_t *line)
{
    wchar_t end = *line == L'"' ? *line++ : L' ';
    while (*line && *line != end && !(end == L' ' && *line == L'\t'))
        line++;
    return *line == L'"' ? line + 1 : line;
}

/* Cut the last part off a path. */
static void go_up(wchar_t *place)
{
    wchar_t *cut = wcsrchr(place, L'\\');
    if (cut)
        *cut = 0;
}

/* The value of `home = …` of an open pyvenv.cfg, in UTF-8; nothing where it has none. */
static const char *read_home(FILE *settings)
{
    static char line[ROOM];
    while (fgets(line, sizeof line, settings)) {
        char *value = strchr(line, '=');
        if (strncmp(line, "home", 4) || !value)
            continue;
        value += 1 + strspn(value + 1, " ");
        value[strcspn(value, "\r\n")] = 0;
        return value;
    }
    return "";
}

static int run(void)
{
    STARTUPINFOW start;
    PROCESS_INFORMATION child;
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {0};
    HANDLE job = CreateJobObjectW(NULL, NULL);
    DWORD code = 1;

    limits.BasicLimitInformation.LimitFlags =
        JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE | JOB_OBJECT_LIMIT_SILENT_BREAKAWAY_OK;
    SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limits, sizeof limits);
    GetStartupInfoW(&start);
    if (!CreateProcessW(path, command, NULL, NULL, TRUE, 0, NULL, NULL, &start, &child)) {
        fprintf(stderr, "no interpreter: error %lu\n", GetLastError());
        return NO_INTERPRETER;
    }
    AssignProcessToJobObject(job, child.hProcess);
    SetConsoleCtrlHandler(NULL, TRUE);
    WaitForSingleObject(child.hProcess, INFINITE);
    GetExitCodeProcess(child.hProcess, &code);
    return (int)code;
}

int wmain(void)
{
    FILE *settings;

    GetModuleFileNameW(NULL, own_path, ROOM);
    wcscpy(path, own_path);
    go_up(path);
    go_up(path);
    wcscat(path, L"\\pyvenv.cfg");
    settings = _wfopen(path, L"rb");
    if (!settings) {
        fprintf(stderr, "no pyvenv.cfg\n");
        return NO_SETTINGS;
    }
    MultiByteToWideChar(CP_UTF8, 0, read_home(settings), -1, path, ROOM - 16);
    fclose(settings);
    wcscat(path, L"\\python.exe");
    SetEnvironmentVariableW(L"__PYVENV_LAUNCHER__", own_path);
    swprintf(command, 2 * ROOM, L"\"%ls\"%ls", own_path, arguments_of(GetCommandLineW()));
    return run();
}
