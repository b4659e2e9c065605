#!/bin/sh
# Prints the home of the first JDK 25 found, without starting a JVM.
HOME=${HOME:-/nonexistent}
on_path=$(command -v java 2>/dev/null) && on_path=$(readlink -f "$on_path") && on_path=${on_path%/bin/java}
for candidate in "${PROA_JAVA_HOME:-}" "${JAVA_HOME:-}" "${on_path:-}" \
    /usr/lib/jvm/* /usr/lib64/jvm/* /usr/local/lib/jvm/* /opt/*jdk* /opt/java/* "$HOME"/.jdks/* \
    "$HOME"/.sdkman/candidates/java/* "$HOME"/.local/share/mise/installs/java/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home "$HOME"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk@25/libexec/openjdk.jdk/Contents/Home; do
    [ -n "$candidate" ] && [ -x "$candidate/bin/java" ] && [ -x "$candidate/bin/javac" ] && [ -r "$candidate/release" ] || continue
    while IFS= read -r line; do
        case $line in
        'JAVA_VERSION="25"' | 'JAVA_VERSION="25.'*)
            printf '%s\n' "$candidate"
            exit 0
            ;;
        esac
    done <"$candidate/release"
done
echo "proa: no JDK 25 was found in PROA_JAVA_HOME, JAVA_HOME, the PATH, /usr/lib/jvm and the usual install folders; install one (Debian: apt install openjdk-25-jdk or temurin-25-jdk) or set PROA_JAVA_HOME." >&2
exit 69
