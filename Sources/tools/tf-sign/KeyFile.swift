import Glibc
import OpenSSL
import POSIX
import Signing
import ToolSupport

/// A key's file, and what opens it.
struct KeyFile {
    let path: String
    private let bytes: [UInt8]
    /// Whether others can read it.
    private let isOpen: Bool
    private let passphraseFile: String?

    /// No key is longer; a path like /dev/zero must not fill the memory.
    private static let longest = 65536

    init(_ path: String, passphraseFile: String?) throws(ToolFailure) {
        guard Self.canBePath(path) else {
            throw .usage("private key: this is the key itself: give the path of its file")
        }
        (self.path, self.passphraseFile) = (path, passphraseFile)
        (bytes, isOpen) = try read(path, as: "private key", limit: Self.longest)
    }

    /// A key's text in place of its file's name, whole, in base64 or cut at its first line, must not be repeated in
    /// a message.
    private static func canBePath(_ text: String) -> Bool {
        let text = Array(text.utf8)
        return text.count < 4096 && !text.contains(0x0A) && KeyText(text).blocks.isEmpty
            && !keyTexts.contains(KeyForm(of: text))
    }

    private static let keyTexts: [KeyForm] = [
        .base64OfPEM, .base64OfDER, .base64OfEncryptedDER, .base64OfPKCS12, .jwk, .xml,
    ]

    /// The private key; warnings about it have been said by then.
    func privateKey(signing digest: Digest, _ warnings: Diagnostics?) throws(ToolFailure) -> PrivateKey {
        let key = try open(warnings) { pem, passphrase throws(PrivateKeyError) in
            try PrivateKey(pem: pem, passphrase: passphrase, digest: digest)
        }
        // Of what is not a key there is more to say.
        if isOpen { warnings?.say("private key '\(path)': others can read it: run 'chmod 600' on it") }
        guard case .rsa(let bits) = key.kind, bits < Self.wantedBits else { return key }
        let problem = "RSA with \(bits) bits is weak: CloudFront wants \(Self.wantedBits)"
        guard bits >= Self.fewestBits else { throw refusal(problem, remedy: .newPair(nil)) }
        warnings?.say("private key '\(path)': \(problem)")
        return key
    }

    /// What CloudFront takes today, and what it took from anybody at any time.
    private static let (wantedBits, fewestBits) = (2048, 1024)

    /// What checks signatures: a public key, or the public half of a private one.
    func publicKey(_ warnings: Diagnostics?) throws(ToolFailure) -> PublicKey {
        for pem in [bytes] + KeyText(bytes).publicKeys {
            if let key = try? PublicKey(pem: pem) { return key }
        }
        return try open(warnings) { pem, passphrase throws(PrivateKeyError) in
            try PublicKey(ofPrivate: pem, passphrase: passphrase)
        }
    }

    /// Reads the key as it is, or else in the form that OpenSSL takes; where it is encrypted, with the passphrase.
    private func open<Key>(
        _ warnings: Diagnostics?, _ load: ([UInt8], [UInt8]?) throws(PrivateKeyError) -> Key
    ) throws(ToolFailure) -> Key {
        for pem in [bytes] + KeyText(bytes).privateKeys {
            do throws(PrivateKeyError) { return try load(pem, nil) } catch {
                switch error {
                case .notAKey: continue
                case .encrypted: break
                default: throw refusal(error, of: pem)
                }
            }
            let passphrase = try passphrase(warnings)
            do throws(PrivateKeyError) { return try load(pem, passphrase) } catch { throw refusal(error, of: pem) }
        }
        throw refusal(.notAKey, of: bytes)
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
            return try SecretPrompt.read("Passphrase for '\(path.printable)': ")
        } catch {
            throw .usage(
                "private key '\(path)': it is encrypted, and there is no terminal to ask: give --passphrase-file")
        }
    }
}

// MARK: - What is wrong with it, and what to do

extension KeyFile {
    private func refusal(_ error: PrivateKeyError, of pem: [UInt8]) -> ToolFailure {
        let (problem, remedy): (String, KeyForm.Remedy) =
            switch error {
            case .notAKey:
                (KeyForm(of: bytes).problem, KeyForm(of: bytes).remedy)
            case .encrypted: ("it is encrypted", .advice("give --passphrase-file"))
            case .wrongPassphrase: ("the passphrase does not open it", .advice("give the right one"))
            case .legacyEncryption:
                (
                    "it is encrypted with a cipher that OpenSSL 3 no longer has",
                    // The command takes the file as it is.
                    pem == bytes
                        ? .convert(KeyForm.encryptAgain) : .advice("encrypt it again with 'openssl pkcs8 -topk8'")
                )
            case .damaged: (KeyForm.damaged.problem, KeyForm.damaged.remedy)
            case .cannotSign(let error):
                ("it cannot sign: \(error.reason)", .advice("give another key or another --hash"))
            case .wrongKind(let kind): ("it is \(kind): \(KeyForm.whatCloudFrontTakes)", .newPair(nil))
            }
        return refusal(problem, remedy: remedy)
    }

    /// A command comes last, so that it can be copied, and on a line of its own.
    private func refusal(_ problem: String, remedy: KeyForm.Remedy) -> ToolFailure {
        let start = "private key '\(path)': \(problem)"
        switch remedy {
        case .advice(let advice): return .usage("\(start): \(advice)")
        case .convert(let command):
            let key = newPath(path.hasSuffix(".pem") ? "\(path.dropLast(4)).new.pem" : "\(path).pem")
            return .usage(
                "\(start): convert it, and give \(shellWord(key))",
                help: "this makes it: \(command(shellWord(path), shellWord(key)))")
        case .newPair(let advice):
            let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
            let command = KeyForm.Remedy.newPairCommand(shellWord(newPath("\(folder)cloudfront.pem")))
            return .usage(
                "\(start): \(advice.map { "\($0), or " } ?? "")make a new pair",
                help: "this makes one, and prints the public key for CloudFront: \(command)")
        }
    }

    /// A path at which nothing is yet, so that a command that is pasted replaces no other key.
    private func newPath(_ path: String) -> String {
        var candidate = path
        var number = 2
        while (try? File(reading: candidate)) != nil, number < 100 {
            candidate = (path.hasSuffix(".pem") ? String(path.dropLast(4)) : path) + ".\(number).pem"
            number += 1
        }
        return candidate
    }
}

/// A path as a shell takes it for one word, which no program takes for an option or an address.
private func shellWord(_ path: String) -> String {
    let start = path.prefix { $0 != "/" }
    let path = path.hasPrefix("-") || start.contains(":") ? "./\(path)" : path
    let isPlain = path.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "-"):
            true
        default: false
        }
    }
    return isPlain && !path.isEmpty ? path : "'\(path.replacing("'", with: #"'\''"#))'"
}

/// A file's bytes, and whether others than its owner can read it.
private func read(
    _ path: String, as subject: String, limit: Int
) throws(ToolFailure) -> (bytes: [UInt8], isOpen: Bool) {
    do throws(SystemError) {
        let file = try File(reading: path)
        return (try file.readAll(limit: limit), try file.isOpenToOthers())
    } catch {
        throw .usage("\(subject) '\(path)': \(error.reason)\(advice(on: error, path))")
    }
}

private func advice(on error: SystemError, _ path: String) -> String {
    if path.hasPrefix("~") { return ": '~' is not expanded here: give the whole path" }
    if error.code == EISDIR { return ": give the file in it that holds the key" }
    return ""
}
