package import NDJSON
package import POSIX
internal import Records

/// Signs one record after the other: a line in, a line out.
package final class RecordSigner {
    private let signer: any URLSigner
    private let baseURL: BaseURL?
    private let expiry: Expiry
    private let clock: any Clock
    private let line = LineScanner<Field>()

    package private(set) var failures = 0

    /// What a record loses before it is signed anew.
    private static let lastTry = NameSet<Field>.lastTry.union(.signature)

    /// Without `baseURL` every record needs a `url`.
    package init(signer: any URLSigner, baseURL: BaseURL?, expiry: Expiry, clock: any Clock) {
        self.signer = signer
        self.baseURL = baseURL
        self.expiry = expiry
        self.clock = clock
    }

    /// Writes the record with a fresh `signed_url`, or as one that failed: one line either way.
    package func sign(_ raw: RawLine, into output: inout LineBuffer) {
        let start = output.count
        do throws(Failure) {
            try scan(raw)
            let expires = expiry.time(now: clock.now)
            let signed = try sign(try resource(), expires)
            output.open(copying: line, without: Self.lastTry)
            signed.bytes.withUnsafeBytes { output.add(Field.signedURL, text: $0) }
            output.add(Field.expiresAt, expires)
        } catch {
            output.truncate(to: start)
            write(error, number: raw.number, into: &output)
        }
        output.close()
    }

    private func scan(_ raw: RawLine) throws(Failure) {
        do throws(LineError) { try line.scan(raw) } catch { throw Failure(error) }
    }

    private func sign(_ url: ResourceURL, _ expires: Int64) throws(Failure) -> SignedURL {
        do throws(SigningFailure) { return try signer.sign(url, expires: expires) } catch {
            throw .unsigned(error.description)
        }
    }

    /// The record's `url` as it stands, or one made from its `key`.
    private func resource() throws(Failure) -> ResourceURL {
        if let url = try text(.url) {
            do throws(ResourceURL.Refusal) { return try ResourceURL(onTheWire: url) } catch { throw Failure(error) }
        }
        guard let key = try text(.key) else { throw Failure(.missing(name: "key")) }
        guard let baseURL else {
            throw .unsigned("the record has no 'url', and no base URL was given: set --base-url")
        }
        do throws(ResourceURL.Refusal) { return try baseURL.url(key: key) } catch { throw Failure(error) }
    }

    private func text(_ field: Field) throws(Failure) -> UnsafeRawBufferPointer? {
        do throws(LineError) { return try line.text(field) } catch { throw Failure(error) }
    }

    private func write(_ failure: Failure, number: Int, into output: inout LineBuffer) {
        failures += 1
        output.open(copying: line, without: Self.lastTry.union(secretURL))
        if failure.code == .badRecord { output.add(Field.line, number) }
        output.add(Field.status, Status.failed.rawValue)
        output.add(Field.stage, Stage.sign.rawValue)
        output.add(Field.error, failure.code.rawValue)
        output.add(Field.message, failure.message)
        output.add(Field.retryable, failure.code.isRetryable)
    }

    /// A `url` that brought its own signature, or could not be read for what it is, is not handed on. Of one that stands
    /// twice only the last was read.
    private var secretURL: NameSet<Field> {
        if line.occurrences(of: .url) > 1 { return [.url] }
        guard line.has(.url) else { return [] }
        guard let url = try? line.text(.url), SigningParameters.first(in: url) == nil else { return [.url] }
        return []
    }
}

/// Why a record leaves unsigned.
private struct Failure: Error {
    let code: RecordError
    let message: String

    init(_ error: LineError) {
        code = .badRecord
        message = error.description
    }

    init(_ refusal: ResourceURL.Refusal) {
        code = refusal == .notHTTP ? .badRecord : .unsigned
        message = refusal.description
    }

    private init(code: RecordError, message: String) {
        self.code = code
        self.message = message
    }

    static func unsigned(_ message: String) -> Failure { Failure(code: .unsigned, message: message) }
}
