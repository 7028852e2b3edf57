package import Records

extension ErrorCode {
    /// What a person can do about it, in the width that a table leaves.
    var advice: String {
        switch self {
        case .expired: "signed anew by the next run; check the clock if all are"
        case .forbidden: "check the key pair, the base URL and the clock"
        case .notFound: "not at the origin: check the key template, or report it"
        case .badRequest: "the origin refuses the request: check the URL"
        case .rateLimited: "the origin asks to slow down: run fewer at once"
        case .serverError: "trouble at the origin: try again later"
        case .badAnswer: "the answer made no sense: check proxies, try again"
        case .timeout: "over the time for one file: check the line, --max-time"
        case .stalled: "too slow for too long: check the line, try again"
        case .connect: "no connection: check the network and the host's name"
        case .tls: "certificate or protocol: check the clock and the host"
        case .truncated: "cut off on the way: resumed by the next run"
        case .mismatch: "not the file of the catalogue: check size and hashes"
        case .notVideo: "the origin sent no video: look at what it sends"
        case .busy: "another process is at it: wait for it to end"
        case .unsafePath: "the path leaves the folder or is no plain file"
        case .badRecord: "a field is missing or wrong: see 'message'"
        case .unsigned: "tf-sign could not sign it: see 'message'"
        case .diskFull: "make room on the disk, then run again"
        case .ioError: "the disk fails: see 'message' and the system's log"
        case .noAccess: "make the folder yours: see 'message'; then retry"
        case .fileTooLarge: "use a file system that takes files of this size"
        case .noResources: "run fewer at once, or raise the limit of open files"
        case .interrupted: "stopped before its end: run again"
        }
    }

    /// - Parameter code: as it stands in a result; it need not be one that this version knows.
    package static func advice(on code: String) -> String {
        ErrorCode(rawValue: code)?.advice ?? "see 'message' in its results"
    }
}
