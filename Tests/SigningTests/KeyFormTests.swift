import Foundation
import OpenSSL
import TestSupport
import Testing

@testable import Signing

@Suite("A key's text")
struct KeyTextTests {
    private static let pem = TestKeys.rsa

    private static func replacing(_ text: String, by other: String) -> String {
        pem.replacingOccurrences(of: text, with: other)
    }

    /// What a text has become on its way, by name.
    private static let shapes: [(name: String, text: String)] = [
        ("as it is", pem), ("with CR and LF", replacing("\n", by: "\r\n")), ("with CR", replacing("\n", by: "\r")),
        ("with a mark", "\u{FEFF}" + pem), ("indented", "  " + replacing("\n", by: "\n  ")),
        ("with tabs and blanks behind", replacing("\n", by: " \t\n\t")), ("on one line", replacing("\n", by: " ")),
        ("without any line end", replacing("\n", by: "")), (#"with \n"#, replacing("\n", by: #"\n"#)),
        (#"with \\n"#, replacing("\n", by: #"\\n"#)), (#"with \r\n"#, replacing("\n", by: #"\r\n"#)),
        ("with empty lines", replacing("\n", by: "\n\n")), ("with text around", "Hello,\n\(pem)Bye - bye -----"),
        ("in quotes", "\"\(pem)\""), ("in a variable", "export KEY='\(pem)'\n"),
        ("in JSON", #"{"private_key":""# + replacing("\n", by: #"\n"#) + #"","id":"-----BEGIN"}"#),
        ("in JSON by PHP", replacing("\n", by: #"\n"#).replacingOccurrences(of: "/", with: #"\/"#)),
        ("in JSON by Gson", replacing("\n", by: #"\n"#).replacingOccurrences(of: "=", with: #"\u003d"#)),
        ("in YAML", "key: |\n    " + replacing("\n", by: "\n    ")), ("in a mail", "> " + replacing("\n", by: "\n> ")),
        ("in JavaScript", pem.split(separator: "\n").map { "'\($0)\\n'" }.joined(separator: " +\n")),
        ("in PHP", pem.split(separator: "\n").map { "\"\($0)\\n\"" }.joined(separator: " . ")),
        ("behind # in a comment", pem.split(separator: "\n").map { "\($0)\\" }.joined(separator: "\n")),
        ("in a URL", pem.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""),
        ("with no-break spaces", replacing("\n", by: "\u{A0}\n\u{200B}")),
        ("with long dashes", replacing("-----", by: "\u{2014}\u{2013}")), ("with a dash lost", String(pem.dropFirst())),
        ("without padding", pem.replacingOccurrences(of: "=", with: "")),
        ("under another label", replacing("BEGIN PRIVATE", by: "BEGIN EC PRIVATE")),
    ]

    @Test("gives its key, whatever has become of it", arguments: shapes.map(\.name))
    func shape(name: String) throws {
        let text = try #require(Self.shapes.first { $0.name == name }).text
        let keys = KeyText(Array(text.utf8)).privateKeys.compactMap { try? PrivateKey(pem: $0, digest: .sha1) }
        let wanted = try PrivateKey(pem: Array(Self.pem.utf8), digest: .sha1).sign([1])
        #expect(try keys.first?.sign([1]) == wanted)
    }

    @Test("may be UTF-16, with a mark or without", arguments: [true, false], [true, false])
    func utf16(isLittle: Bool, hasMark: Bool) throws {
        let units = (hasMark ? [0xFEFF] : []) + Array(Self.pem.utf16)
        let bytes = units.flatMap {
            isLittle ? [UInt8($0 & 0xFF), UInt8($0 >> 8)] : [UInt8($0 >> 8), UInt8($0 & 0xFF)]
        }
        let key = try #require(KeyText(bytes).privateKeys.first)
        #expect(throws: Never.self) { try PrivateKey(pem: key, digest: .sha1) }
    }

    @Test(
        "keeps the headers of a key that OpenSSL encrypted in its own format", arguments: ["\n", " ", #"\n"#, "\r\n"])
    func headers(lineEnd: String) throws {
        let pem = try CommandRun.shell(
            "openssl rsa -traditional -aes128 -passout pass:word 2>/dev/null", input: Data(Self.pem.utf8)
        ).output
        let text = pem.replacingOccurrences(of: "\n", with: lineEnd)
        let key = try #require(KeyText(Array(text.utf8)).privateKeys.first)
        #expect(throws: Never.self) { try PrivateKey(pem: key, passphrase: Array("word".utf8), digest: .sha1) }
    }

    @Test("is read to its end, however many dashes are in it, and gives no key where there is none")
    func hostile() {
        for text in [
            "", "-", "-----BEGIN ", String(repeating: "-----BEGIN", count: 5000), "-----BEGIN PRIVATE KEY-----",
        ] {
            #expect(KeyText(Array(text.utf8)).privateKeys.isEmpty)
        }
        var random = SeededGenerator(seed: 12)
        for _ in 0..<2000 {
            let words = [
                "-----BEGIN ", "PRIVATE KEY", "-----", "-----END ", "MII", "\\", "%", "%0", "\\u00", ":", " ", "\n",
            ]
            let text = (0..<12).map { _ in words.randomElement(using: &random)! }.joined()
            _ = KeyText(Array(text.utf8)).privateKeys
            _ = KeyForm(of: Array(text.utf8))
        }
    }
}

@Suite("The form of a file that is not a key")
struct KeyFormTests {
    @Test("is known for each label of OpenSSL's header")
    func labels() throws {
        let run = try CommandRun.shell(
            "sed -n 's/^# *define PEM_STRING_[A-Z0-9_]*[[:space:]]*\"\\(.*\\)\"/\\1/p' /usr/include/openssl/pem.h")
        #expect(run.lines.count >= 25)
        for label in run.lines { #expect(KeyForm.labels[label] != nil, "\(label)") }
    }

    @Test("has a name of its own, and each remedy its files in it", arguments: KeyForm.allCases)
    func told(form: KeyForm) {
        #expect(!form.name.isEmpty)
        if case .convert(let command) = form.remedy {
            #expect(command("SOURCE", "KEY").contains("SOURCE") && command("SOURCE", "KEY").contains("KEY"))
        }
    }

    @Test(
        "is told from text",
        arguments: [
            ("", .empty), (" \r\n", .empty), ("\u{FEFF}", .empty), ("hello", .unknown),
            ("ssh-rsa AAAAB3NzaC1yc2E= me@here", .publicKey), ("ecdsa-sha2-nistp256 AAAA me", .publicKey),
            ("---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n---- END SSH2 PUBLIC KEY ----\n", .publicKey),
            ("---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nAAAA\n---- END SSH2 ENCRYPTED PRIVATE KEY ----\n", .sshCom),
            ("SSH PRIVATE KEY FILE FORMAT 1.1\n", .ssh1), ("PuTTY-User-Key-File-3: ssh-rsa\n", .putty),
            (#"{"kty":"RSA","d":"x"}"#, .jwk), (#"{"keys":[{ "kty": "EC" }]}"#, .jwk),
            ("<RSAKeyValue><Modulus>x</Modulus></RSAKeyValue>", .xml),
            ("Access key ID,Secret access key\nA,S\n", .accessKeys),
            ("\u{FEFF}User Name,Access key ID,Secret access key\n", .accessKeys),
            ("AWSAccessKeyId=A\nAWSSecretKey=S", .accessKeys),
            ("[default]\naws_access_key_id = A\naws_secret_access_key = S\n", .accessKeys),
            (#"{"AccessKey":{"SecretAccessKey":"S"}}"#, .accessKeys),
            ("$ANSIBLE_VAULT;1.1;AES256\n00", .encryptedDocument), ("key: ENC[AES256_GCM,data:x]", .encryptedDocument),
            ("AGE-SECRET-KEY-1QQ", .age), ("# created\nAGE-SECRET-KEY-1QQ", .age), ("<!DOCTYPE html>", .webPage),
            ("-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlQ\n-----END PGP PRIVATE KEY BLOCK-----", .pgp),
            ("-----BEGIN TSS2 PRIVATE KEY-----\nAAAA\n-----END TSS2 PRIVATE KEY-----", .tpm),
            ("-----BEGIN SOMETHING-----\nAAAA\n-----END SOMETHING-----", .unknown),
            ("-----BEGIN RSA PRIVATE KEY-----\nMIIE", .cutOff),
            ("-----BEGIN PRIVATE KEY-----\n!\n-----END PRIVATE KEY-----", .damaged),
            ("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n", .damaged),
        ] as [(String, KeyForm)])
    func text(text: String, form: KeyForm) { #expect(KeyForm(of: Array(text.utf8)) == form) }

    @Test(
        "is told from bytes",
        arguments: [
            ([0xFE, 0xED, 0xFE, 0xED, 0, 0, 0, 2], .javaKeyStore), ([0xCE, 0xCE, 0xCE, 0xCE], .javaKeyStore),
            ([0x1F, 0x8B, 8], .archive), (Array("PK\u{3}\u{4}".utf8), .archive), ([0x30, 0x82, 1, 1], .unknown),
            ([0, 0, 0], .unknown),
        ] as [([UInt8], KeyForm)])
    func bytes(bytes: [UInt8], form: KeyForm) { #expect(KeyForm(of: bytes) == form) }

    @Test("is that of a private key, where one is there beside other things")
    func several() {
        let certificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
        #expect(KeyForm(of: Array((certificate + "-----BEGIN PRIVATE KEY-----\nMII").utf8)) == .cutOff)
        #expect(KeyForm(of: Array((certificate + TestKeys.rsa.prefix(500)).utf8)) == .cutOff)
    }
}
