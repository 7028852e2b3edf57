package import NDJSON
internal import Records

/// Signs one record after the other: a line in, a line out.
package final class RecordSigner {
    private let signer: any URLSigner
    private let baseURL: BaseURL?
    private let line = LineScanner<Field>()
    private var signed = SignedURL()

    /// What a record loses before it is signed again.
    private static let lastTry = NameSet<Field>.lastTry.union(.signature)

    /// Without `baseURL` every record needs a `url`.
    package init(signer: any URLSigner, baseURL: BaseURL?) {
        (self.signer, self.baseURL) = (signer, baseURL)
    }

    /// Writes the record with a fresh `signed_url`, or as one that failed: one line either way.
    ///
    /// - Parameter now: Unix seconds.
    package func sign(_ raw: RawLine, at now: Double, into output: inout LineBuffer) -> SigningOutcome {
        var outcome = SigningOutcome(number: raw.number, start: output.count)
        do throws(SigningRecordError) {
            try scan(raw)
            try sign(SigningObject(url: try resource(), courseID: try courseID()), at: now)
            // A URL that is opened by something beside it is no secret: it stays in the result.
            let field = signer.signsURLs ? Field.signedURL : .url
            output.open(copying: line, without: signer.signsURLs ? Self.lastTry : Self.lastTry.union([.url]))
            signed.bytes.withUnsafeBytes { output.add(field, text: $0) }
            output.add(Field.expiresAt, signed.expires)
            output.close()
            guard output.count - outcome.start <= LineReader.longestLine + 1 else { throw .tooLong }
        } catch {
            output.truncate(to: outcome.start)
            outcome.hasFailed = true
            if error == .noPlace { outcome.noPlace = error.message }
            write(error, number: raw.number, at: now, into: &output)
        }
        outcome.hasURL = line.text(ifAny: .url) != nil
        return outcome
    }

    /// Why the record could not be signed; nil where it is known what a signature of it would be for.
    func problem(of raw: RawLine) -> String? {
        do throws(SigningRecordError) {
            try scan(raw)
            _ = try SigningObject(url: resource(), courseID: courseID())
            return nil
        } catch { return error.message }
    }

    private func scan(_ raw: RawLine) throws(SigningRecordError) {
        do throws(LineError) { try line.scan(raw) } catch { throw SigningRecordError(error) }
    }

    private func sign(_ object: SigningObject, at now: Double) throws(SigningRecordError) {
        do throws(SigningError) { try signer.sign(object, at: now, into: &signed) } catch {
            throw SigningRecordError(error)
        }
    }

    /// The record's `url` as it is, or one made from its `key`.
    private func resource() throws(SigningRecordError) -> ResourceURL {
        if let url = try text(.url) {
            do throws(ResourceURLError) { return try ResourceURL(onTheWire: url) } catch {
                throw SigningRecordError(error)
            }
        }
        guard let key = try text(.key) else { throw SigningRecordError(.missing(name: "key")) }
        guard let baseURL else { throw .noPlace }
        do throws(ResourceURLError) { return try baseURL.url(key: key) } catch { throw SigningRecordError(error) }
    }

    private func courseID() throws(SigningRecordError) -> Int64? {
        guard signer.needsCourse else { return nil }
        do throws(LineError) { return try line.integer(.courseID) } catch { throw SigningRecordError(error) }
    }

    private func text(_ field: Field) throws(SigningRecordError) -> UnsafeRawBufferPointer? {
        do throws(LineError) { return try line.text(field) } catch { throw SigningRecordError(error) }
    }
}

// MARK: - Records that fail

extension RecordSigner {
    /// Seconds until a record that could not be signed is due again: time to mend what its message says.
    private static let pause: Int64 = 300

    private func write(_ failure: SigningRecordError, number: Int, at now: Double, into output: inout LineBuffer) {
        let start = output.count
        output.open(copying: line, without: Self.lastTry.union(secretURL))
        finish(failure, number: number, at: now, into: &output)
        guard output.count - start > LineReader.longestLine + 1 else { return }
        // There is no space to say why beside all that the record brought: what it is known by stays.
        output.truncate(to: start)
        output.open()
        for field in [Field.path, .attempt] {
            if let value = line.raw(field), value.count < LineReader.longestLine / 2 { output.add(field, raw: value) }
        }
        finish(failure, number: number, at: now, into: &output)
    }

    private func finish(_ failure: SigningRecordError, number: Int, at now: Double, into output: inout LineBuffer) {
        if failure.code == .badRecord { output.add(Field.line, number) }
        output.add(Field.status, Status.failed.rawValue)
        output.add(Field.stage, Stage.sign.rawValue)
        output.add(Field.error, failure.code.rawValue)
        output.add(Field.message, failure.message)
        output.add(Field.retryable, failure.code.isRetryable)
        if failure.code.isRetryable { output.add(Field.retryAt, Int64(now) + Self.pause) }
        output.add(Field.finishedAt, milliseconds: now)
        output.add(Field.owner, failure.owner.rawValue)
        output.close()
    }

    /// A `url` that brought its own signature, or could not be read for what it is, is not handed on. Of one that
    /// is there twice only the last was read.
    private var secretURL: NameSet<Field> {
        if line.occurrences(of: .url) > 1 { return [.url] }
        guard line.has(.url) else { return [] }
        guard let url = try? line.text(.url), SigningParameters.first(in: url) == nil else { return [.url] }
        return []
    }
}

/// What became of a record that was to be signed.
package struct SigningOutcome: Sendable {
    /// The record's line.
    let number: Int
    /// Where its line begins in the buffer that it was written to.
    var start: Int
    package var hasFailed = false
    /// Whether it brings a `url`, and needs no base URL.
    var hasURL = false
    /// What to do about a record that has no `url`, where there is no base URL: the settings cannot sign it.
    var noPlace: String?
}

/// Why a record leaves unsigned.
private struct SigningRecordError: Error, Equatable {
    let code: ErrorCode
    let message: String
    let owner: FaultOwner

    private init(_ code: ErrorCode, _ message: String, owner: FaultOwner = .record) {
        (self.code, self.message, self.owner) = (code, message, owner)
    }

    init(_ error: LineError) { self.init(.badRecord, error.description) }

    init(_ error: ResourceURLError) { self.init(error == .notHTTP ? .badRecord : .unsigned, error.description) }

    init(_ error: SigningError) {
        switch error {
        case .cryptography, .jar: self.init(.unsigned, error.description, owner: .credentials)
        case .tooLong, .coversMore: self.init(.unsigned, error.description)
        }
    }

    static let noPlace = SigningRecordError(
        .unsigned, "the record has no 'url', and there is no base URL: give --base-url, or with --s3 --bucket",
        owner: .credentials)

    static let tooLong = SigningRecordError(.badRecord, "with its signed URL the line would be longer than 1 MiB")
}
