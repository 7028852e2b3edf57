import ArgumentParser
import Curl
import POSIX
import Records
import Store
import ToolSupport
import Transfer

/// The options as they were typed.
struct FetchOptions: ParsableArguments {
    @Option(
        name: [.customShort("j", allowingJoined: true), .long],
        help: ArgumentHelp("Transfers at one time; auto: as many as bring most.", valueName: "n|auto"))
    var jobs = Jobs.number(FetchSettings.usualJobs)

    @Option(help: ArgumentHelp("With -j auto, there are never more.", valueName: "n"))
    var jobsMost = FetchSettings.usualJobs

    @Option(help: ArgumentHelp("Threads that transfer; else one for each processor, at most 4.", valueName: "n"))
    var loops: Int?

    @Option(
        name: [.customShort("o"), .long],
        help: ArgumentHelp("The folder that everything goes below.", valueName: "dir"),
        completion: .directory)
    var output = "."

    @Option(help: ArgumentHelp("Quick retries of failures that may pass.", valueName: "n"))
    var retries = 2

    @Option(
        help: ArgumentHelp(
            "Wait before the first quick retry, doubled for each further one.", valueName: "time"))
    var retryDelay = Seconds(1)

    @Option(help: ArgumentHelp("Waits between runs, for 'retry_at', in seconds.", valueName: "list"))
    var backoff = Backoff(delays: [30, 60, 120, 300, 600])

    @Option(help: ArgumentHelp("Longest time for one file.", valueName: "time"))
    var maxTime = Seconds(600)

    @Option(help: ArgumentHelp("Longest time to connect.", valueName: "time"))
    var connectTimeout = Seconds(30)

    @Option(
        help: ArgumentHelp(
            "Give up a transfer that is slower than --stall-speed for this long.", valueName: "time"))
    var stallTimeout = Seconds(30)

    @Option(help: ArgumentHelp("Bytes a second.", valueName: "size"))
    var stallSpeed = ByteCount(1024)

    @Option(help: ArgumentHelp("Do not start a URL that expires sooner than this.", valueName: "time"))
    var minValidity = Seconds(60)

    @Option(help: ArgumentHelp("Give up when nothing could be reached for this long.", valueName: "time"))
    var patience = Seconds(3600)

    @Option(help: ArgumentHelp("Leave this much of the disk free.", valueName: "size"))
    var minFree = ByteCount(256 << 20)

    @Option(
        help: ArgumentHelp(
            "Begin with what earlier runs learnt of hosts, network and key, and write what this one learns.",
            valueName: "file"),
        completion: .file())
    var evidence: String?

    @Option(
        help: ArgumentHelp(
            "When the job began that this run belongs to, in Unix seconds: --patience is counted from then.",
            valueName: "time"))
    var began: Double?

    @Flag(help: "Write no file: ask for the first bytes of each video, and tell what a run would meet.")
    var probe = false

    @Flag(help: "Follow symbolic links in place of folders below the output folder.")
    var allowLinks = false

    @OptionGroup(title: "Verification") var verify: VerifyOptions

    @OptionGroup(title: "Refreshing") var refreshing: RefreshOptions

    @OptionGroup(title: "Limits") var limits: LimitOptions

    @OptionGroup(title: "Network") var network: NetworkOptions

    @Option(help: "Before a success is reported, its file is written to the disk (full), or not (none).")
    var sync = FetchSettings.Sync.full

    init() {}
}

extension FetchOptions {
    /// The options, checked together.
    func settings(_ warnings: Diagnostics) throws(ToolFailure) -> FetchSettings {
        guard jobs.isUsable else { throw .usage("--jobs \(jobs): give a number from 1 to 1000, or auto") }
        guard (1...1000).contains(jobsMost) else {
            throw .usage("--jobs-most \(jobsMost): give a number from 1 to 1000")
        }
        if let loops, !(1...64).contains(loops) { throw .usage("--loops \(loops): give a number from 1 to 64") }
        guard (0...100).contains(retries) else { throw .usage("--retries \(retries): give a number from 0 to 100") }
        guard maxTime.value > 0, connectTimeout.value > 0, stallTimeout.value >= 1 else {
            throw .usage("a time limit of zero would fail every file: give a longer one")
        }
        var transfer = TransferSettings(
            userAgent: network.userAgent, connectTimeout: connectTimeout.value, wholeTimeout: maxTime.value,
            stallTimeout: stallTimeout.value, stallSpeed: stallSpeed.value)
        try network.apply(to: &transfer)
        var settings = FetchSettings(
            parallel: jobs.number ?? jobsMost, transfer: transfer,
            retry: RetryPolicy(quickRetries: retries, quickDelay: retryDelay.value, backoff: backoff.delays),
            verification: try verify.verification(), minValidity: minValidity.value, sync: sync,
            patience: patience.value, minFree: minFree.value, loops: loops ?? min(Processors.count, 4))
        (settings.isAuto, settings.mostJobs) = (jobs == .auto, jobsMost)
        settings.recordedHash = verify.hash.algorithm
        settings.hosts = network.hosts
        // Of a job's runs the first one has told what others can read.
        settings.extras = try network.extras(began == nil ? warnings : nil)
        settings.began = began
        try limits.apply(to: &settings)
        try refreshing.apply(to: &settings)
        guard !probe || !settings.refreshes else { throw .usage("'--probe' and '--refresh' cannot be used together") }
        return settings
    }
}

/// Seconds between the tries of different runs: `30,60,2m`.
struct Backoff: ExpressibleByArgument, CustomStringConvertible {
    let delays: [Double]

    init(delays: [Double]) { self.delays = delays }

    init?(argument: String) {
        let parsed = argument.split(separator: ",", omittingEmptySubsequences: false).map {
            Seconds(parsing: String($0))
        }
        guard !parsed.isEmpty, !parsed.contains(nil) else { return nil }
        delays = parsed.compactMap { $0?.value }
    }

    var description: String { delays.map { "\(Int($0))" }.joined(separator: ",") }
}

extension FetchSettings.Sync: ExpressibleByArgument {}

extension Jobs: ExpressibleByArgument, CustomStringConvertible {
    public init?(argument: String) { self.init(argument) }

    /// Nil where it is to be found out.
    fileprivate var number: Int? {
        if case .number(let number) = self { return number }
        return nil
    }

    public var description: String { number.map { "\($0)" } ?? "auto" }
}
