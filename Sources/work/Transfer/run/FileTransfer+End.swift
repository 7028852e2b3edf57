internal import Curl
internal import POSIX
internal import Records
internal import Store

/// How a try ended, and what its bytes hash to.
extension FileTransfer {
    /// The origin's clock less ours, in seconds, by the last answer.
    var skew: Double? { answer.generatedAt.map { $0 - answeredAt } }

    /// How much of the file's time is left.
    var secondsLeft: Double { startedAt + rules.wholeTimeout - clock.monotonic }

    /// Judges the try that has ended. Nil: the part is the whole video.
    func judgeEnd(_ failure: CurlFailure?, wasConnected: Bool, limits: TransferSettings) -> TryError? {
        hadContact = wasConnected || answer.status > 0
        // What was judged by the head alone is judged again with the error's body, where the reason is.
        if let redirectError { return redirectError }
        if answer.status >= 200 && !answer.isVideo {
            if answer.saysComplete(part.length, askedFor: asked, size: expected.size) { return judgeComplete() }
            return judge(head: answer)
        }
        if let answerError { return answerError }
        if let failure {
            return FailureJudge.judge(
                failure, answer, limits: limits, wasConnected: wasConnected, isTimeOver: secondsLeft < 0.05)
        }
        return checkWhole()
    }

    /// How many bytes the whole has, by this answer, an earlier one, or the record.
    func promisedSize(_ answer: AnswerHead) -> Int64? {
        answer.total ?? (answer.status == 200 ? nil : knownTotal) ?? expected.size
    }

    private func judgeComplete() -> TryError? {
        do throws(TryError) { try prepareHash(answer) } catch { return error }
        return AnswerJudge.judge(etag: part.validator, expected) ?? checkWhole()
    }

    private func checkWhole() -> TryError? {
        let answer = answer
        let promised = promisedSize(answer)
        if let error = AnswerJudge.judgeLength(part.length, answer, total: promised, expected) { return error }
        do throws(TryError) {
            if !part.isInMemory { try part.save() }
            if !isVideoChecked, let error = try judgeVideo(isLengthKnown: promised != nil) { return error }
            if !isHashBehind, let error = hashes.mismatch() { return error }
            try part.save()
        } catch { return error }
        return nil
    }

    private func judgeVideo(isLengthKnown: Bool) throws(TryError) -> TryError? {
        guard let flaw = try part.flaw(expected.kind, rules.verification.level) else { return nil }
        // Without a length and a hash, the structure alone says that nothing is missing.
        if !flaw.isHarmless(isHashed: hashes.isAsked) || !isLengthKnown && !hashes.isAsked {
            return !isLengthKnown && flaw != .type ? .cutUntold(expected.kind) : flaw.error(expected.kind)
        }
        if !hashes.isAsked { part.noteDoubt(flaw) }
        return nil
    }

    // MARK: - What the bytes hash to

    func prepareHash(_ answer: AnswerHead) throws(TryError) {
        try hashes.learn(checksums(of: answer), length: part.length)
    }

    private func checksums(of answer: AnswerHead) -> [Checksum] {
        guard rules.verification.level > .none else { return [] }
        let etag = rules.verification.takesETagForMD5 ? answer.etag : nil
        return answer.checksums + [ExpectedFile.checksum(ofETag: etag, source: "the answer's 'ETag'")].compactMap { $0 }
    }

    /// Whether the part still has to be read, since bytes of it came in an earlier run.
    var isHashBehind: Bool { hashes.isBehind(part.length) }

    /// Hashes what was not hashed as it came. Nil: the part is the whole video.
    func catchUpHash(while mayGoOn: () -> Bool) -> TryError? {
        guard let file = part.file else { return hashes.mismatch() }
        do throws(TryError) { try hashes.readOn(file, to: part.length, while: mayGoOn) } catch { return error }
        return hashes.mismatch()
    }

    /// What the bytes hash to, where it is wanted and the record does not say it.
    var recordedHash: (field: Field, value: [UInt8])? {
        recordedField.flatMap { field in hashes.recordedValue.map { (field, $0) } }
    }
}
