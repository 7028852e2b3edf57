import Foundation
import TestSupport
import Testing

@Suite struct TallyCommandTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private let results = """
        {"path":"a","status":"success","bytes":2048}
        {"path":"b","status":"failed","error":"not_found","retryable":false}

        """

    @Test("files, standard input and - are read in their order, as one journal")
    func inputs() throws {
        try folder.write(results, to: "1")
        try folder.write(#"{"path":"b","status":"queued"}"#, to: "2")
        let later = Data(#"{"path":"b","status":"success"}"#.utf8)
        let run = try CommandRun.tool(
            "tf-tally", ["--format", "json", "1", "-", "2"], input: later, directory: folder.url)
        #expect(run.status == 0)
        #expect(run.output.hasPrefix(#"{"total":2,"success":1,"skipped":0,"failed":0,"#))
        #expect(run.output.contains(#""queued":1,"#))
        let alone = try CommandRun.tool("tf-tally", ["--format", "json"], input: Data(results.utf8))
        #expect(alone.output.hasPrefix(#"{"total":2,"success":1,"skipped":0,"failed":1,"#))
    }

    @Test("--check ends with 1 if anything is not there, and prints all the same")
    func check() throws {
        let run = try CommandRun.tool("tf-tally", ["--check"], input: Data(results.utf8))
        #expect(run.status == 1)
        #expect(run.output.contains("not_found"))
        let whole = try CommandRun.tool("tf-tally", ["--check"], input: Data(#"{"path":"a","status":"skipped"}"#.utf8))
        #expect(whole.status == 0)
    }

    @Test("--catalog: what has no result is queued")
    func catalog() throws {
        try folder.write("{\"path\":\"a\"}\n{\"path\":\"c\"}\nbad\n{\"path\":\"c\"}\n", to: "catalog")
        let run = try CommandRun.tool(
            "tf-tally", ["--catalog", "catalog", "--format", "json"], input: Data(results.utf8), directory: folder.url)
        #expect(run.status == 0)
        #expect(run.output.hasPrefix(#"{"total":2,"success":1,"skipped":0,"failed":0,"#))
        #expect(run.output.contains(#""not_in_catalog":1"#))
        #expect(
            run.errors == """
                tf-tally: 'catalog': line 3: the line is not JSON; it was passed over
                tf-tally: 'catalog': line 4: the path 'c' was in an earlier line, which counts; it was passed over

                """)
    }

    @Test("a file that is not there, or a folder, is status 3 with its name")
    func unreadable() throws {
        let missing = try CommandRun.tool("tf-tally", ["missing"], directory: folder.url)
        #expect(missing.status == 3)
        #expect(missing.errors == "tf-tally: cannot open 'missing': No such file or directory\n")
        let directory = try CommandRun.tool("tf-tally", ["."], directory: folder.url)
        #expect(directory.status == 3)
        #expect(directory.errors == "tf-tally: cannot read '.': Is a directory\n")
        #expect(directory.output.isEmpty)
    }

    @Test(
        "wrong use is status 2, and the message says where help is",
        arguments: [["--format", "xml"], ["--tries", "0"], ["-", "-"]])
    func usage(arguments: [String]) throws {
        let run = try CommandRun.tool("tf-tally", arguments)
        #expect(run.status == 2)
        #expect(run.errors.hasPrefix("tf-tally: ") && run.errors.hasSuffix("see 'tf-tally --help'\n"))
    }

    @Test("a full disk is status 3")
    func fullDisk() throws {
        let run = try CommandRun.shell("tf-tally >/dev/full", input: Data(results.utf8))
        #expect(run.status == 3)
        #expect(run.errors == "tf-tally: cannot write standard output: No space left on device\n")
    }

    /// tf-tally at the end of a pipe that stays open, interrupted once. What it catches is in /proc: SIGINT is the
    /// second bit.
    private static let interruptScript = """
        mkfifo pipe
        # What a shell runs in the background ignores SIGINT: 'env' gives the tool the default again.
        env --default-signal=INT tf-tally <pipe >table &
        tally=$!
        exec 3>pipe
        printf '{"path":"a","status":"success"}\\n' >&3
        timeout 60 sh -c "until grep -q '^SigCgt:.*[2367abef]$' /proc/$tally/status; do :; done" || exit
        kill -INT $tally

        """

    @Test("the first Ctrl-C lets it read on to the end, print its summary and end by the signal")
    func firstInterrupt() throws {
        let run = try CommandRun.shell(
            Self.interruptScript + """
                printf '{"path":"b","status":"success"}\\n' >&3
                exec 3>&-
                wait $tally
                echo $?
                cat table
                """, directory: folder.url)
        #expect(run.lines.first == "130")
        #expect(run.lines.contains { $0.hasPrefix("success      2") })
    }

    @Test("the second Ctrl-C ends it at once, with no summary")
    func secondInterrupt() throws {
        let run = try CommandRun.shell(
            Self.interruptScript + """
                timeout 60 sh -c "while grep -q '^SigCgt:.*[2367abef]$' /proc/$tally/status; do :; done" || exit
                kill -INT $tally
                wait $tally
                echo $?
                cat table
                """, directory: folder.url)
        #expect(run.output == "130\n")
    }
}
