internal import OpenSSL

/// What a file has in place of a private key in PEM that can sign: its name, and how to get a key from it.
package enum KeyForm: CaseIterable, Sendable {
    // Keys in a form that has to be converted.
    case openSSH, encryptedOpenSSH, openSSHInText, encryptedOpenSSHInText, der, encryptedDER, pkcs12, legacyPKCS12,
        javaKeyStore, putty, sshCom, base64OfPEM, base64OfDER,
        base64OfEncryptedDER, base64OfPKCS12
    // Private keys that cannot sign for CloudFront, or that nothing here converts.
    case openSSHOfOtherKind, dsa, sm2, jwk, xml, pgp, age, tpm, ssh1
    // What once was one.
    case cutOff, damaged
    // What goes with a private key, and is not one.
    case publicKey, certificate, certificateRequest, revocationList, pkcs7, parameters, session
    // Something else.
    case empty, accessKeys, encryptedDocument, archive, webPage, unknown

    /// As in "it is …".
    package var name: String {
        switch self {
        case .openSSH, .openSSHInText: "a key in OpenSSH's format"
        case .encryptedOpenSSH, .encryptedOpenSSHInText: "an encrypted key in OpenSSH's format"
        case .der: "a key in DER form"
        case .encryptedDER: "an encrypted key in DER form"
        case .pkcs12, .legacyPKCS12: "a PKCS#12 file"
        case .javaKeyStore: "a Java key store"
        case .putty: "a PuTTY key (.ppk)"
        case .sshCom: "a key in the format of ssh.com"
        case .base64OfPEM: "a PEM file in base64 once more"
        case .base64OfDER, .base64OfEncryptedDER: "the base64 of a key without its BEGIN and END lines"
        case .base64OfPKCS12: "a PKCS#12 file in base64"
        case .openSSHOfOtherKind: "an OpenSSH key of another kind"
        case .dsa: "a DSA key"
        case .sm2: "an SM2 key"
        case .jwk: "a JSON Web Key"
        case .xml: "a key in XML"
        case .pgp: "a PGP key or message"
        case .age: "a key or file of age"
        case .tpm: "a key that only its TPM can use"
        case .ssh1: "a key of SSH version 1"
        case .publicKey: "a public key"
        case .certificate: "a certificate"
        case .certificateRequest: "a certificate request"
        case .revocationList: "a list of revoked certificates"
        case .pkcs7: "a PKCS#7 file, which has certificates only"
        case .parameters: "a file of parameters, without a key"
        case .session: "a TLS session"
        case .empty: "empty"
        case .cutOff: "cut off: it has no END line"
        case .damaged: "damaged: what is between BEGIN and END is not a key"
        case .accessKeys: "AWS access keys, which --s3 takes"
        case .encryptedDocument: "encrypted by another program"
        case .archive: "an archive"
        case .webPage: "a web page"
        case .unknown: "not a private key in PEM"
        }
    }

    /// What makes a key of it, for a message that ends with a command, if there is one.
    package var remedy: Remedy {
        switch self {
        case .openSSH: .convert { "install -m 600 \($0) \($1) && ssh-keygen -p -N '' -m PEM -f \($1)" }
        case .encryptedOpenSSH: .convert { "install -m 600 \($0) \($1) && ssh-keygen -p -m PEM -f \($1)" }
        case .openSSHInText: .convert { "\(openSSHLines($0, $1)) && ssh-keygen -p -N '' -m PEM -f \($1)" }
        case .encryptedOpenSSHInText: .convert { "\(openSSHLines($0, $1)) && ssh-keygen -p -m PEM -f \($1)" }
        case .der: .convert { "openssl pkey -inform DER -in \($0) -out \($1)" }
        case .encryptedDER: .convert { "openssl pkcs8 -inform DER -in \($0) -out \($1)" }
        case .pkcs12: .convert { "openssl pkcs12 -nocerts -nodes -in \($0) -out \($1)" }
        case .legacyPKCS12: .convert { "openssl pkcs12 -legacy -nocerts -nodes -in \($0) -out \($1)" }
        case .javaKeyStore:
            .convert {
                "keytool -importkeystore -srckeystore \($0) -destkeystore \($1).p12 -deststoretype PKCS12 && "
                    + "openssl pkcs12 -nocerts -nodes -in \($1).p12 -out \($1)"
            }
        case .putty: .convert { "puttygen \($0) -O private-openssh -o \($1)" }
        case .sshCom: .convert { "(umask 077 && ssh-keygen -i -f \($0) > \($1))" }
        case .base64OfPEM: .convert { "(umask 077 && \(fromBase64($0)) > \($1))" }
        case .base64OfDER: .convert { "\(fromBase64($0)) | openssl pkey -inform DER -out \($1)" }
        case .base64OfEncryptedDER: .convert { "\(fromBase64($0)) | openssl pkcs8 -inform DER -out \($1)" }
        case .base64OfPKCS12: .convert { "\(fromBase64($0)) | openssl pkcs12 -nocerts -nodes -out \($1)" }
        case .openSSHOfOtherKind, .dsa, .sm2, .pgp, .age, .tpm, .ssh1: .newPair(nil)
        case .jwk, .xml: .newPair("export it as PEM where it was made")
        case .publicKey, .certificate, .certificateRequest, .revocationList, .pkcs7, .parameters, .session:
            .newPair("give the private key that belongs to it")
        case .empty, .cutOff, .damaged: .advice("copy the whole key again")
        case .accessKeys: .advice("give the key pair's private key, or sign with --s3")
        case .encryptedDocument: .advice("decrypt it first")
        case .archive: .advice("unpack it first")
        case .webPage, .unknown: .advice("give the file that begins with 'BEGIN PRIVATE KEY' or the like")
        }
    }

    /// What is wrong with it, for a message.
    package var problem: String {
        if case .newPair(nil) = remedy { return "it is \(name): \(Self.whatCloudFrontTakes)" }
        return "it is \(name)"
    }

    package static let whatCloudFrontTakes = "CloudFront takes RSA and P-256 keys"

    /// For a key that is encrypted with DES or RC2.
    package static func encryptAgain(_ source: String, _ key: String) -> String {
        "openssl pkcs8 -topk8 -provider legacy -provider default -in \(source) -out \(key)"
    }

    package enum Remedy: Sendable {
        /// A command that reads the first file, and writes the key to the second one.
        case convert(@Sendable (_ source: String, _ key: String) -> String)
        /// What helps where the user has the right key; else a new pair does.
        case newPair(String?)
        case advice(String)

        /// Makes an RSA key that CloudFront takes, and prints the half that CloudFront needs.
        package static func newPairCommand(_ key: String) -> String {
            "openssl genrsa -out \(key) 2048 && openssl pkey -pubout -in \(key)"
        }
    }
}

// MARK: - Recognising

extension KeyForm {
    /// What the bytes of a file are, which no key could be read from.
    package init(of file: [UInt8]) {
        let text = KeyText(file)
        let forms = text.blocks.map { Self.form(of: $0, in: file) }
        // Of several blocks the one that is nearest to a private key: the cases are in that order.
        if let form = forms.min(by: { $0.rank < $1.rank }) {
            self = form
        } else {
            self = Self(binary: file) ?? Self(text: KeyText.utf8(file))
        }
    }

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? Self.allCases.count }

    /// The labels of RFC 7468 and of OpenSSL's <openssl/pem.h>, and those of other programs.
    static let labels: [String: KeyForm] = [
        "PRIVATE KEY": .damaged, "RSA PRIVATE KEY": .damaged, "EC PRIVATE KEY": .damaged,
        "ENCRYPTED PRIVATE KEY": .damaged, "ANY PRIVATE KEY": .damaged,
        "DSA PRIVATE KEY": .dsa, "SM2 PRIVATE KEY": .sm2, "TSS2 PRIVATE KEY": .tpm, "TSS2 KEY BLOB": .tpm,
        "OPENSSH PRIVATE KEY": .openSSH, "SSH2 ENCRYPTED PRIVATE KEY": .sshCom,
        "PUBLIC KEY": .publicKey, "RSA PUBLIC KEY": .publicKey, "DSA PUBLIC KEY": .publicKey,
        "ECDSA PUBLIC KEY": .publicKey, "SSH2 PUBLIC KEY": .publicKey,
        "CERTIFICATE": .certificate, "X509 CERTIFICATE": .certificate, "TRUSTED CERTIFICATE": .certificate,
        "ATTRIBUTE CERTIFICATE": .certificate,
        "CERTIFICATE REQUEST": .certificateRequest, "NEW CERTIFICATE REQUEST": .certificateRequest,
        "X509 CRL": .revocationList, "PKCS7": .pkcs7, "PKCS #7 SIGNED DATA": .pkcs7, "CMS": .pkcs7,
        "PARAMETERS": .parameters, "EC PARAMETERS": .parameters, "DSA PARAMETERS": .parameters,
        "DH PARAMETERS": .parameters, "X9.42 DH PARAMETERS": .parameters, "SM2 PARAMETERS": .parameters,
        "SSL SESSION PARAMETERS": .session,
        "PGP PRIVATE KEY BLOCK": .pgp, "PGP PUBLIC KEY BLOCK": .pgp, "PGP MESSAGE": .pgp, "PGP SIGNATURE": .pgp,
        "AGE ENCRYPTED FILE": .age,
    ]

    private static func form(of block: PEMBlock, in file: [UInt8]) -> KeyForm {
        guard let form = labels[block.label] else { return .unknown }
        switch form {
        case .openSSH: return openSSHForm(block, isPlain: isPlainOpenSSH(file))
        case .damaged where !block.isClosed: return .cutOff
        default: return form
        }
    }

    /// By OpenSSH's PROTOCOL.key: a word, then strings with their lengths before them: cipher, key derivation and its
    /// options, the number of keys, and the public key, which begins with its type.
    private static func openSSHForm(_ block: PEMBlock, isPlain: Bool) -> KeyForm {
        guard block.isClosed else { return .cutOff }
        guard var rest = block.der?[...], rest.starts(with: "openssh-key-v1\0".utf8) else { return .damaged }
        func nextString() -> ArraySlice<UInt8>? {
            guard rest.count >= 4 else { return nil }
            let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
            rest = rest.dropFirst(4)
            guard length <= rest.count else { return nil }
            defer { rest = rest.dropFirst(length) }
            return rest.prefix(length)
        }
        rest = rest.dropFirst(15)
        guard let cipher = nextString(), nextString() != nil, nextString() != nil else { return .damaged }
        rest = rest.dropFirst(4)
        // The public key is a string of strings: the first of them is its type.
        rest = rest.dropFirst(4)
        guard let type = nextString() else { return .damaged }
        guard type.elementsEqual("ssh-rsa".utf8) || type.elementsEqual("ecdsa-sha2-nistp256".utf8) else {
            return .openSSHOfOtherKind
        }
        let isEncrypted = !cipher.elementsEqual("none".utf8)
        if isPlain { return isEncrypted ? .encryptedOpenSSH : .openSSH }
        return isEncrypted ? .encryptedOpenSSHInText : .openSSHInText
    }

    /// Whether ssh-keygen reads the file: it takes no other line ends, and nothing before the key.
    private static func isPlainOpenSSH(_ file: [UInt8]) -> Bool {
        file.starts(with: "-----BEGIN OPENSSH PRIVATE KEY-----\n".utf8) && !file.contains(UInt8(ascii: "\r"))
            && file.contains(Array("\n-----END OPENSSH PRIVATE KEY-----\n".utf8))
    }

    private init?(binary file: [UInt8]) {
        switch DERContent(of: file) {
        case .privateKey: self = .der
        case .encryptedKey: self = .encryptedDER
        case .publicKey: self = .publicKey
        case .certificate: self = .certificate
        case .certificateRequest: self = .certificateRequest
        case .revocationList: self = .revocationList
        case .pkcs12: self = file.contains(Self.rc2) ? .legacyPKCS12 : .pkcs12
        case .pkcs7: self = .pkcs7
        case nil:
            guard let form = Self.signatures.first(where: { file.starts(with: $0.bytes) })?.form else { return nil }
            self = form
        }
    }

    /// The object identifier of pbeWithSHAAnd40BitRC2-CBC (RFC 7292, appendix C), which OpenSSL 3 has as a legacy.
    private static let rc2: [UInt8] = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x0C, 0x01, 0x06]

    private static let signatures: [(bytes: [UInt8], form: KeyForm)] = [
        ([0xFE, 0xED, 0xFE, 0xED], .javaKeyStore), ([0xCE, 0xCE, 0xCE, 0xCE], .javaKeyStore),
        ([0x1F, 0x8B], .archive), (Array("PK\u{3}\u{4}".utf8), .archive), (Array("7z\u{BC}".utf8), .archive),
        (Array("BZh".utf8), .archive), ([0xFD, 0x37, 0x7A, 0x58, 0x5A], .archive),
    ]

    private init(text: [UInt8]) {
        let text = text.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(text.dropFirst(3)) : text
        let symbols = text.filter { $0 > 0x20 }
        let small = text.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }
        let start = small.drop { $0 <= 0x20 }
        if text.allSatisfy({ " \t\r\n".utf8.contains($0) }) {
            self = .empty
        } else if let form = Self.beginnings.first(where: { start.starts(with: $0.text.utf8) })?.form {
            self = form
        } else if let form = Self.contents.first(where: { small.contains(Array($0.text.utf8)) })?.form {
            self = form
        } else if let bytes = Base64.decoded(String(decoding: symbols, as: UTF8.self)) {
            let form = KeyForm(decoded: bytes)
            self = form
        } else {
            self = .unknown
        }
    }

    private init(decoded bytes: [UInt8]) {
        if !KeyText(bytes).blocks.isEmpty {
            self = .base64OfPEM
        } else {
            switch KeyForm(binary: bytes) {
            case .der: self = .base64OfDER
            case .encryptedDER: self = .base64OfEncryptedDER
            case .pkcs12, .legacyPKCS12: self = .base64OfPKCS12
            case .publicKey: self = .publicKey
            case .certificate: self = .certificate
            default: self = .unknown
            }
        }
    }

    /// In small letters.
    private static let beginnings: [(text: String, form: KeyForm)] = [
        ("ssh-", .publicKey), ("ecdsa-sha2-", .publicKey), ("sk-ssh-", .publicKey), ("sk-ecdsa-", .publicKey),
        ("putty-user-key-file-", .putty), ("ssh private key file format 1", .ssh1), ("age-secret-key-", .age),
        ("age-encryption.org/", .age), ("$ansible_vault;", .encryptedDocument), ("<!doctype", .webPage),
        ("<html", .webPage),
    ]

    private static let contents: [(text: String, form: KeyForm)] = [
        ("<rsakeyvalue", .xml), ("\"kty\"", .jwk), ("secret access key", .accessKeys),
        ("awssecretkey", .accessKeys), ("aws_secret_access_key", .accessKeys), ("secretaccesskey", .accessKeys),
        ("enc[aes256_gcm", .encryptedDocument), ("age-secret-key-", .age),
    ]
}

private func fromBase64(_ source: String) -> String { "tr -d '[:space:]' < \(source) | openssl base64 -d -A" }

/// A command that writes an OpenSSH key in lines of its own, whatever text it is found in.
private func openSSHLines(_ source: String, _ key: String) -> String {
    let mark = "OPENSSH PRIVATE KEY-----"
    return "(umask 077 && { echo -----BEGIN \(mark) && tr '\\r\\n' '  ' < \(source) | "
        + #"sed 's/.*KEY-----\(.*\)-----END.*/\1/; s/\\[nr]//g' | tr -cd 'A-Za-z0-9+/=' | fold -w 70 && "#
        + "echo && echo -----END \(mark); } > \(key))"
}

extension [UInt8] {
    fileprivate func contains(_ part: [UInt8]) -> Bool { firstRange(of: part) != nil }
}
