import AWS
import Catalog
import Curl
import POSIX
import Records
import Signing
import ToolSupport

/// The options, checked: nothing below looks at raw arguments.
struct CatalogSettings {
    let reading: ReadOptions
    let rules: RecordRules
    let selection: Selection
    let input: CatalogInput
    let listing: CatalogInput?

    init(_ tool: TFCatalog, _ diagnostics: Diagnostics) throws(ToolFailure) {
        rules = try tool.records.rules()
        selection = tool.choice.selection
        reading = ReadOptions(
            courses: selection.courses, names: try tool.reading.names(), schema: tool.reading.schema)
        input = try Self.input(tool.source, tool.reading, diagnostics)
        listing = try tool.comparison.listing.map { listing throws(ToolFailure) in
            if BucketListing.isMeant(by: listing) { return try Self.bucket(listing, tool.reading) }
            return listing == "-" ? .standardInput : .file(listing)
        }
        let isBucketRead = [tool.source, tool.comparison.listing].contains { $0.map(BucketListing.isMeant) ?? false }
        if !isBucketRead, let option = tool.reading.optionOfBuckets {
            throw .usage("\(option) is for a source or a listing like 's3://bucket/prefix'")
        }
        if tool.source ?? "-" == "-", tool.comparison.listing == "-" {
            throw .usage("SOURCE and --listing are both standard input: name a file for one of them")
        }
    }

    private static func input(
        _ source: String?, _ options: SourceOptions, _ diagnostics: Diagnostics
    ) throws(ToolFailure) -> CatalogInput {
        if let source, WebAddress.isMeant(by: source) { return try server(source, options, diagnostics) }
        if let source, BucketListing.isMeant(by: source) { return try bucket(source, options) }
        guard options.tokenFile == nil else { throw .usage("--token-file is for a source that is a URL") }
        if let source, source != "-" { return .file(source) }
        guard source != nil || !Descriptor.isTerminal(0) else {
            throw .usage("no SOURCE given, and standard input is a terminal; see '\(TFCatalog.name) --help'")
        }
        return .standardInput
    }

    private static func server(
        _ source: String, _ options: SourceOptions, _ diagnostics: Diagnostics
    ) throws(ToolFailure) -> CatalogInput {
        // What is not a URL may contain a password: it is not repeated.
        guard let address = WebAddress(source) else { throw .usage("SOURCE is not an http or https URL") }
        let token = try options.tokenFile.map { path throws(ToolFailure) in try Self.token(path, diagnostics) }
        let trust = TrustSettings(option: options.cacert) { Environment[$0] }
        if address.isEncrypted, let file = trust.file, let origin = trust.origin {
            do throws(SystemError) { _ = try File(reading: file) } catch { throw .usage("\(origin): \(error)") }
        }
        do throws(CatalogError) {
            return .server(try PageServer(address, token: token, trust: trust))
        } catch {
            throw .usage(error.message)
        }
    }

    private static func bucket(_ source: String, _ options: SourceOptions) throws(ToolFailure) -> CatalogInput {
        do {
            let chain = CredentialChain(isForAWS: options.endpoint == nil) { Environment[$0] }
            guard let region = try chain.region(option: options.region) else {
                throw ToolFailure.usage("no region: give --region, or set AWS_REGION")
            }
            let bucket = try Bucket(
                BucketListing.parts(of: source).bucket, region: region, endpoint: options.endpoint,
                pathStyle: options.pathStyle)
            let trust = TrustSettings(option: options.cacert) { Environment[$0] }
            return .bucket(try BucketListing(source, bucket, region: region, chain: chain, trust: trust))
        } catch let failure as ToolFailure {
            throw failure
        } catch {
            throw .usage("\(error)")
        }
    }

    private static func token(_ path: String, _ diagnostics: Diagnostics) throws(ToolFailure) -> BearerToken {
        let file: File
        do throws(SystemError) {
            file = try File(reading: path)
            if try file.isOpenToOthers() {
                diagnostics.say("token file '\(path)': others can read it: run 'chmod 600' on it")
            }
        } catch {
            throw .usage("token file '\(path)': \(error.reason)")
        }
        let line = file.firstLine.map { String(decoding: $0.filter { $0 != 0x0D }, as: UTF8.self) }
        guard let token = line.flatMap({ BearerToken($0) }) else {
            throw .usage("token file '\(path)': its first line is not a token")
        }
        return token
    }
}
