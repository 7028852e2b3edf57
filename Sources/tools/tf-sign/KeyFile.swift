import OpenSSL
import POSIX
import ToolSupport

/// A key's file, and what opens it.
struct KeyFile {
    let path: String
    private let pem: [UInt8]
    /// Whether others can read it.
    private let isOpen: Bool
    private let passphraseFile: String?

    /// No key is longer; a path like /dev/zero must not fill the memory.
    private static let longest = 65536

    init(_ path: String, passphraseFile: String?) throws(ToolFailure) {
        guard !path.contains("-----BEGIN") else {
            throw .usage("private key: the key itself was given: give the path of a file that holds it")
        }
        (self.path, self.passphraseFile) = (path, passphraseFile)
        (pem, isOpen) = try read(path, as: "private key", limit: Self.longest)
    }

    func privateKey(signing digest: Digest, _ warnings: Diagnostics?) throws(ToolFailure) -> PrivateKey {
        if isOpen { warnings?.say("private key '\(path)': others can read it: run 'chmod 600' on it") }
        do throws(PrivateKeyError) { return try PrivateKey(pem: pem, digest: digest) } catch {
            guard error == .encrypted else { throw refusal(error, digest) }
        }
        let passphrase = try passphrase(warnings)
        do throws(PrivateKeyError) {
            return try PrivateKey(pem: pem, passphrase: passphrase, digest: digest)
        } catch {
            throw refusal(error, digest)
        }
    }

    /// What checks signatures: a public key, or the public half of a private one.
    func publicKey(_ warnings: Diagnostics?) throws(ToolFailure) -> PublicKey {
        if let key = try? PublicKey(pem: pem) { return key }
        do throws(PrivateKeyError) { return try PublicKey(ofPrivate: pem, passphrase: nil) } catch {
            guard error == .encrypted else { throw refusal(error, .sha1) }
        }
        let passphrase = try passphrase(warnings)
        do throws(PrivateKeyError) { return try PublicKey(ofPrivate: pem, passphrase: passphrase) } catch {
            throw refusal(error, .sha1)
        }
    }

    private func passphrase(_ warnings: Diagnostics?) throws(ToolFailure) -> [UInt8] {
        if let passphraseFile {
            let (text, isOpen) = try read(passphraseFile, as: "passphrase file", limit: 4096)
            if isOpen {
                warnings?.say("passphrase file '\(passphraseFile)': others can read it: run 'chmod 600' on it")
            }
            let line = text.prefix { $0 != UInt8(ascii: "\n") }
            return Array(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
        }
        do throws(SystemError) {
            return try Terminal.readSecret(prompt: "Passphrase for '\(path.printable)': ")
        } catch {
            throw .usage(
                "private key '\(path)': it is encrypted, and there is no terminal to ask: give --passphrase-file")
        }
    }

    private func refusal(_ error: PrivateKeyError, _ digest: Digest) -> ToolFailure {
        let reason =
            switch error {
            case .notAKey: "no private key in PEM form stands in it"
            case .encrypted: "it is encrypted: give --passphrase-file"
            case .wrongPassphrase: "the passphrase does not open it: give the right one"
            case .cannotSign(let error):
                "it cannot sign with \(digest.rawValue): \(error.reason): give another key or another --hash"
            case .wrongKind(let kind): "it is \(kind): CloudFront takes RSA and P-256 keys"
            }
        return .usage("private key '\(path)': \(reason)")
    }
}

/// A file's bytes, and whether others than its owner can read it.
private func read(
    _ path: String, as subject: String, limit: Int
) throws(ToolFailure) -> (bytes: [UInt8], isOpen: Bool) {
    do throws(SystemError) {
        let file = try File(reading: path)
        return (try file.readAll(limit: limit), try file.isOpenToOthers())
    } catch {
        throw .usage("\(subject) '\(path)': \(error.reason)")
    }
}
