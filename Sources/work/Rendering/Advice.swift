package import Records

extension ErrorCode {
    /// What a person can do about it, in the width that a table leaves.
    var advice: String {
        switch self {
        case .expired: "signed again by the next run; check the clock if all are"
        case .forbidden: "check the key pair, the base URL and the clock"
        case .notFound: "not at the origin: check the key template, or report it"
        case .badRequest: "the origin refuses the request: check the URL"
        case .rateLimited: "the origin asks to slow down: use fewer transfers (-j)"
        case .serverError: "a fault of the origin: try again later"
        case .badAnswer: "the answer does not fit the request: check proxies"
        case .timeout: "too slow for one file: check the line, --max-time"
        case .stalled: "too slow for too long: check the line, try again"
        case .connect: "no connection: check the network and the host's name"
        case .tls: "certificate or protocol: check the clock and the host"
        case .truncated: "cut off on the way: resumed by the next run"
        case .mismatch: "not the file of the catalogue: check size and hashes"
        case .notVideo: "the origin sent no video: check what it sends"
        case .busy: "another process is fetching it: wait for it to end"
        case .unsafePath: "the path leaves the folder or is not a plain file"
        case .badRecord: "a field is missing or wrong: see 'message'"
        case .unsigned: "tf-sign could not sign it: see 'message'"
        case .diskFull: "make room on the disk (df, df -i), then run again"
        case .ioError: "the disk fails: see 'message' and the system's log"
        case .noAccess: "make the folder yours: see 'message'; then retry"
        case .fileTooLarge: "use a file system that takes files of this size"
        case .noResources: "use a smaller -j, or raise the limit of open files"
        case .interrupted: "stopped before its end: run again"
        case .storeDown: "the store cannot be reached: check it, then run again"
        case .storeRefused: "the store refuses: check its key and permissions"
        case .storeFull: "make room in the store, then run again"
        case .storeFailed: "the store did not take it: see 'message'"
        case .notStored: "neither in the spool nor in the store: run again"
        }
    }

    /// What a person can do about it where the fault is not whose it usually is.
    func advice(owner: FaultOwner) -> String {
        if owner == usualOwner { return advice }
        return switch (self, owner) {
        case (.forbidden, .record): "no such object, or no permission: check the key template"
        case (.forbidden, .way): "a proxy or portal refuses: sign in, or go around it"
        case (.forbidden, .host): "this host refuses everything: ask who runs it"
        case (.badRequest, .credentials): "wrong region, bucket or signature: see 'message'"
        case (.badRequest, .way), (.badAnswer, .way), (.notVideo, .way), (.mismatch, .way):
            "a proxy or portal answers in its place: sign in there"
        case (.notFound, .host): "this host has none of the files: check the base URL"
        case (.connect, .way): "nothing can be reached: check network, proxy and DNS"
        case (.tls, .way): "a proxy shows its own certificate: see --cacert"
        case (.tls, .record): "this address has no valid certificate: check the URL"
        case (.serverError, .way), (.rateLimited, .way): "the proxy cannot, or will not, pass it on: check it"
        case (.timeout, .way), (.stalled, .way), (.truncated, .way): "the network is slow or cuts off: check the line"
        case (.badAnswer, .host), (.truncated, .host): "this host breaks off or confuses: ask who runs it"
        case (.expired, .record): "its URL is too old: sign it again"
        case (.unsigned, .credentials): "the key pair cannot sign: see 'tf-sign --check'"
        case (.ioError, .folder): "this folder or name refuses: see 'message', then retry"
        case (.ioError, .process), (.connect, .process), (.badAnswer, .process):
            "use a smaller -j, or raise the limit of open files"
        default: owner.advice
        }
    }

    /// - Parameters:
    ///   - code: as it is in a result; it need not be one that this version knows.
    ///   - owner: whose fault it is, where that is known.
    package static func advice(on code: String, owner: FaultOwner? = nil) -> String {
        guard let error = ErrorCode(rawValue: code) else { return owner?.advice ?? "see 'message' in its results" }
        return owner.map { error.advice(owner: $0) } ?? error.advice
    }
}

extension FaultOwner {
    /// What it is, for whoever reads the word for the first time.
    package var meaning: String {
        switch self {
        case .record: "the records: their objects, paths or data"
        case .folder: "folders or names on this disk that refuse"
        case .host: "an origin host that is down, slow or broken"
        case .way: "the way to every host: proxy, portal, network, DNS"
        case .credentials: "the credentials: key, region, policy or clock"
        case .disk: "the disk that the files go to"
        case .process: "this program's limits, or its end"
        case .store: "the store that the files go to: down, full or refusing"
        }
    }

    /// What a person can do, whatever the error.
    var advice: String {
        switch self {
        case .record: "see 'message'; mend the record, or drop it"
        case .folder: "see 'message'; mend the folder or name, then retry"
        case .host: "others go on: run again, or ask who runs this host"
        case .way: "check proxy, portal, network and DNS"
        case .credentials: "check key, region, policy and clock"
        case .disk: "check the disk: see 'message'"
        case .process: "run again, with a smaller -j if it was a limit"
        case .store: "check the store, by 'tf-store --check'"
        }
    }
}
