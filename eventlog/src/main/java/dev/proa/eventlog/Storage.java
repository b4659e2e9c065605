package dev.proa.eventlog;

import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Where;
import java.nio.file.Path;
import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** What a failure of SQLite means to a person. */
final class Storage {
    private Storage() {}

    /** A problem with a file, its cause and what helps. */
    static Problem problem(Path file, SQLException failure) {
        var where = Where.of(file.toString());
        return switch (code(failure)) {
            case FULL ->
                    new Problem(
                            where,
                            "the disk is full, so events cannot be stored (" + said(failure) + ")",
                            "Free space on the disk; storing goes on by itself");
            case CORRUPT ->
                    new Problem(
                            where,
                            "the event log cannot be read (" + said(failure) + ")",
                            "Restore the file from a backup, or rename it together with its -wal"
                                    + " and -shm files so that a new log is begun; nothing was"
                                    + " deleted");
            case IO ->
                    new Problem(
                            where,
                            "the disk does not take or give the event log's data ("
                                    + said(failure)
                                    + ")",
                            "Check the disk and its free space");
            case DENIED ->
                    new Problem(
                            where,
                            "the event log cannot be written (" + said(failure) + ")",
                            "Give its owner the right to write the file and its folder");
            case OTHER ->
                    new Problem(
                            where,
                            "the event log failed (" + said(failure) + ")",
                            "Report this defect");
        };
    }

    /** A problem with the index of words, which holds nothing that is not in the log. */
    static Problem ofWords(Path file, SQLException failure) {
        var where = Where.of(file.toString());
        var said = " (" + said(failure) + ")";
        return switch (code(failure)) {
            case FULL ->
                    new Problem(
                            where,
                            "the disk is full, so searches do not find the newest events" + said,
                            "Free space on the disk; what is missing is taken in by itself");
            case CORRUPT ->
                    new Problem(
                            where,
                            "the index of words cannot be read" + said,
                            "Start Proa again: the index is made anew from the log. If that does not"
                                    + " help, look at the log with proa doctor");
            case IO, DENIED, OTHER ->
                    new Problem(
                            where,
                            "the index of words cannot be read or written" + said,
                            "Check the disk and the rights of the file; what is missing is taken in"
                                    + " by itself");
        };
    }

    static ProaException exceptionOfWords(Path file, SQLException failure) {
        return new ProaException(exit(failure), ofWords(file, failure), failure);
    }

    static ProaException exception(Path file, SQLException failure) {
        return new ProaException(exit(failure), problem(file, failure), failure);
    }

    private static ExitCode exit(SQLException failure) {
        return switch (code(failure)) {
            case CORRUPT -> ExitCode.BAD_DATA;
            case FULL, IO, DENIED -> ExitCode.CANNOT_CREATE;
            case OTHER -> ExitCode.BUG;
        };
    }

    static ProaException closing(Path file, Exception failure) {
        return new ProaException(
                ExitCode.BUG,
                new Problem(
                        Where.of(file.toString()),
                        "the event log could not be closed (" + failure + ")",
                        "Nothing needs to be done; what was acknowledged is stored"),
                failure);
    }

    /** Whether the medium failed, so that trying the same in smaller parts would not help. */
    static boolean medium(SQLException failure) {
        return code(failure) != Cause.OTHER;
    }

    /** Whether the file itself is broken. */
    static boolean damaged(SQLException failure) {
        return code(failure) == Cause.CORRUPT;
    }

    private enum Cause {
        FULL,
        CORRUPT,
        IO,
        DENIED,
        OTHER
    }

    private static Cause code(SQLException failure) {
        var code =
                failure instanceof SQLiteException own
                        ? own.getResultCode().code & 0xff
                        : failure.getErrorCode() & 0xff;
        if (code == SQLiteErrorCode.SQLITE_FULL.code) {
            return Cause.FULL;
        }
        if (code == SQLiteErrorCode.SQLITE_CORRUPT.code
                || code == SQLiteErrorCode.SQLITE_NOTADB.code) {
            return Cause.CORRUPT;
        }
        if (code == SQLiteErrorCode.SQLITE_IOERR.code) {
            return Cause.IO;
        }
        return code == SQLiteErrorCode.SQLITE_READONLY.code
                        || code == SQLiteErrorCode.SQLITE_CANTOPEN.code
                        || code == SQLiteErrorCode.SQLITE_PERM.code
                ? Cause.DENIED
                : Cause.OTHER;
    }

    private static String said(SQLException failure) {
        return String.valueOf(failure.getMessage()).strip();
    }

    /** What is wrong where nothing of the disk is. */
    static Problem defect(Path file, Throwable failure) {
        return new Problem(
                Where.of(file.toString()),
                "the event log failed (" + failure + ")",
                "Report this defect");
    }

    /** Why nothing is stored any more. */
    static Problem closed(Path file) {
        return new Problem(
                Where.of(file.toString()),
                "the event log is closed",
                "Send the event again after the restart");
    }
}
