import Foundation
import OpenSSL
import Signing
import TestSupport
import Testing

/// The `openssl` command is the oracle.
@Suite struct PrivateKeyTests {
    @Test(
        "an RSA signature is openssl's, byte for byte, in both containers",
        arguments: Digest.ofCloudFront)
    func rsa(hash: Digest) throws {
        let message = #"{"Statement":[{"Resource":"https://h/a"}]}"#
        for pem in [TestKeys.rsa, try converted(TestKeys.rsa, "openssl pkey -traditional")] {
            let key = try PrivateKey(pem: Array(pem.utf8), digest: hash)
            #expect(key.kind == .rsa(bits: 2048))
            let oracle = try run(
                "openssl dgst -\(hash.rawValue) -sign key.pem | openssl base64 -A", pem, message)
            #expect(Data(try key.sign(Array(message.utf8))).base64EncodedString() == oracle.output)
        }
    }

    @Test(
        "a P-256 signature verifies with openssl, in both containers",
        arguments: Digest.ofCloudFront)
    func p256(hash: Digest) throws {
        let message = "a policy"
        for pem in [TestKeys.p256, try converted(TestKeys.p256, "openssl pkcs8 -topk8 -nocrypt")] {
            let key = try PrivateKey(pem: Array(pem.utf8), digest: hash)
            #expect(key.kind == .p256)
            let signature = Data(try key.sign(Array(message.utf8))).base64EncodedString()
            let check = """
                echo '\(signature)' | openssl base64 -d -A > signature
                openssl pkey -in key.pem -pubout -out public.pem
                openssl dgst -\(hash.rawValue) -verify public.pem -signature signature
                """
            #expect(try run(check, pem, message).output == "Verified OK\n")
        }
    }

    @Test("a key signs any number of messages, and each for itself")
    func again() throws {
        let key = try PrivateKey(pem: Array(TestKeys.rsa.utf8), digest: .sha1)
        let first = Array(try key.sign([1]))
        let second = Array(try key.sign([2]))
        #expect(first != second)
        #expect(try Array(key.sign([1])) == first)
    }

    @Test("the curve's parameters and other text before the key are passed over")
    func textBefore() throws {
        let pem = try CommandRun.shell("echo hello; openssl ecparam -name prime256v1 -genkey").output
        #expect(pem.contains("BEGIN EC PARAMETERS"))
        #expect(try PrivateKey(pem: Array(pem.utf8), digest: .sha256).kind == .p256)
    }

    @Test(
        "a PEM text that is not a key to sign with says why",
        arguments: [
            ("openssl pkey -pubout", .notAKey),
            ("echo", .notAKey),
            ("openssl pkey | head -n 5", .notAKey),
            ("openssl pkcs8 -topk8 -passout pass:secret", .encrypted),
            ("openssl rsa -traditional -aes128 -passout pass:secret", .encrypted),
            ("openssl genpkey -algorithm ed25519", .wrongKind("a key of type ED25519")),
            (
                "openssl ecparam -name secp384r1 -genkey -noout",
                .wrongKind("an elliptic curve key on secp384r1")
            ),
        ] as [(String, PrivateKeyError)])
    func unusable(command: String, reason: PrivateKeyError) throws {
        let pem = try converted(TestKeys.rsa, command)
        #expect(throws: reason) { try PrivateKey(pem: Array(pem.utf8), digest: .sha1) }
    }

    @Test("a key that cannot sign with the wanted hash is found out when it is loaded")
    func tooShort() throws {
        // RSA with 384 bits has no room for the padding and a SHA-256.
        let pem = """
            -----BEGIN RSA PRIVATE KEY-----
            MIHzAgEAAjEAmty5+cCyPtoJxP1Fe9HZHkO8+g2X/ZGsf/JAhZSTO3RoFZGEW2oN
            rDBTPFXEPOTXAgMBAAECMBtrgbJrICRoztoGTktCOMNXExrjVUoaqxAjrQ+u2/5T
            Du6psn/3I54t55kf7w06gQIaCnTBN8cGainQT4PfTs4YAshSIZumiViP2LECFw7P
            jNhwXSJN+vIeRJpJNJubGnEVK3gHAhoIz/HwUnrjiq4X9eqEfknaPn6J+KbY5p0F
            YQIXC3UPldfGlGUSvf4gP+JlqgJggB5KVD0CGgYXXgYqwfG8r/7lzmCTxaMuYmLt
            WGQTCsdj
            -----END RSA PRIVATE KEY-----
            """
        _ = try PrivateKey(pem: Array(pem.utf8), digest: .sha1)
        #expect { try PrivateKey(pem: Array(pem.utf8), digest: .sha256) } throws: { error in
            guard case .cannotSign(let reason) = error as? PrivateKeyError else { return false }
            return reason.reason.contains("digest too big")
        }
    }

    @Test("a key whose numbers do not fit together is found out when it is loaded", arguments: [2, 4, 5, 6])
    func damaged(line: Int) throws {
        let pem = try CommandRun.shell(
            "openssl rsa -traditional 2>/dev/null | sed '\(line)s/./A/g'", input: Data(TestKeys.rsa.utf8))
        let error = #expect(throws: PrivateKeyError.self) {
            try PrivateKey(pem: Array(pem.output.utf8), digest: .sha1)
        }
        #expect(error == .damaged || error == .notAKey)
    }

    @Test("a key that is encrypted with what OpenSSL has no more is told from a wrong passphrase")
    func legacyEncryption() throws {
        let script = "openssl pkcs8 -topk8 -v1 PBE-MD5-DES -provider legacy -provider default -passout pass:word"
        let pem = try converted(TestKeys.rsa, script)
        guard !pem.isEmpty else { return }
        #expect(throws: PrivateKeyError.legacyEncryption) {
            try PrivateKey(pem: Array(pem.utf8), passphrase: Array("word".utf8), digest: .sha1)
        }
        let other = try converted(TestKeys.rsa, "openssl pkcs8 -topk8 -passout pass:word")
        #expect(throws: PrivateKeyError.wrongPassphrase) {
            try PrivateKey(pem: Array(other.utf8), passphrase: Array("wrong".utf8), digest: .sha1)
        }
    }

    private func converted(_ pem: String, _ command: String) throws -> String {
        try CommandRun.shell("\(command) 2>/dev/null", input: Data(pem.utf8)).output
    }

    /// Runs a script in a folder that holds the key, with the message on its standard input.
    private func run(_ script: String, _ pem: String, _ message: String) throws -> CommandRun {
        let folder = try TemporaryFolder()
        try folder.write(pem, to: "key.pem")
        return try CommandRun.shell(script, input: Data(message.utf8), directory: folder.url)
    }
}
