internal import NDJSON
internal import POSIX

/// Credentials from a program of the user's (AWS SDKs and Tools Reference Guide, "Process credential provider"), which
/// is how single sign-on and roles come here.
struct CredentialProcess {
    private let words: [String]
    private let profile: String

    /// No answer is longer.
    private static let longestAnswer = 65536
    /// Somebody may have to confirm a login.
    private static let patience = 120.0

    /// - Parameter command: split into words as a shell does it, but run without one.
    init(_ command: String, profile: String) throws(CredentialError) {
        guard let words = ShellWords.split(command), !words.isEmpty else {
            throw CredentialError("'credential_process' of profile '\(profile)' is not a command: mend its quotes")
        }
        (self.words, self.profile) = (words, profile)
    }

    /// Only the program's name is repeated in messages: its arguments and what it prints may be secret.
    private var name: String { "credential_process '\(words[0])' of profile '\(profile)'" }

    func load() throws(CredentialError) -> Credentials {
        let answer: ChildProcess.Result
        do throws(SystemError) {
            answer = try ChildProcess.run(words, limit: Self.longestAnswer, seconds: Self.patience)
        } catch {
            throw CredentialError("\(name): \(error.reason): run it by hand to see why")
        }
        guard answer.status == 0 else {
            throw CredentialError("\(name) ended with status \(answer.status): run it by hand to see why")
        }
        do throws(LineError) { return try credentials(in: answer.output) } catch {
            throw CredentialError("\(name) did not print credentials as JSON of version 1: run it by hand and see")
        }
    }

    private func credentials(in answer: [UInt8]) throws(LineError) -> Credentials {
        let document = try KeyDocument(answer)
        guard document.version == 1, let found = document.credentials(from: name) else {
            throw .missing(name: "AccessKeyId")
        }
        return found
    }
}
