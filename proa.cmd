@echo off
rem Windows is not supported by this version: see docs\known-limits.md.
echo proa: Windows is not supported by this version; see docs\known-limits.md. 1>&2
exit /b 69
