import Foundation
import TestSupport
import Testing

/// The commands that `tf-sign` names for a file that it cannot use are run here, and what they make is signed with.
@Suite("A key file that cannot be used as it is") struct SignKeyCommandTests {
    let command = try! SignCommand()
    private let record = Data(#"{"key":"a.mp4"}"#.utf8)

    private func sign(with file: String, _ more: [String] = []) throws -> CommandRun {
        try command.run(record, command.settings + ["--private-key", file] + more)
    }

    /// The one line that it ends with, and of it the command.
    private func refusal(of file: String, _ more: [String] = []) throws -> (message: String, command: String?) {
        let run = try sign(with: file, more)
        #expect(run.status == 2)
        #expect(run.output == "")
        #expect(!run.errors.contains("SECRET"))
        let start = "tf-sign: private key '\(file)': "
        let lines = run.errors.split(separator: "\n").map(String.init)
        let message = try #require(lines.last { $0.hasPrefix(start) })
        let marks = ["tf-sign: this makes it: ", "tf-sign: this makes one, and prints the public key for CloudFront: "]
        let mark = marks.first { lines.last?.hasPrefix($0) ?? false }
        #expect(mark != nil || lines.last == message)
        return (message, mark.flatMap { lines.last?.dropFirst($0.count) }.map(String.init))
    }

    @Test(
        "is converted by the command that the last line ends with",
        arguments: [
            ("key.der", "openssl pkey -in key.pem -outform DER -out key.der", "a key in DER form", ""),
            ("trad.der", "openssl rsa -in key.pem -traditional -outform DER -out trad.der", "a key in DER form", ""),
            ("it's a key.pem", "openssl pkey -in key.pem -outform DER -out \"it's a key.pem\"", "DER", ""),
            ("k:x", "openssl pkey -in key.pem -outform DER -out ./k:x", "DER", ""),
            (
                "sec1.der", "openssl ecparam -name prime256v1 -genkey -noout -outform DER -out sec1.der",
                "a key in DER form", ""
            ),
            (
                "secret.der", "openssl pkcs8 -topk8 -in key.pem -outform DER -passout pass:word -out secret.der",
                "an encrypted key in DER form", "-passin pass:word"
            ),
            (
                "key.p12",
                "openssl req -x509 -new -key key.pem -subj /CN=x -out c.pem && "
                    + "openssl pkcs12 -export -inkey key.pem -in c.pem -passout pass:word -out key.p12",
                "a PKCS#12 file", "-passin pass:word"
            ),
            (
                "old.pfx",
                "openssl req -x509 -new -key key.pem -subj /CN=x -out c.pem && "
                    + "openssl pkcs12 -export -legacy -inkey key.pem -in c.pem -passout pass:word -out old.pfx",
                "a PKCS#12 file", "-passin pass:word"
            ),
            ("base64.txt", "base64 key.pem >base64.txt", "a PEM file in base64 once more", ""),
            ("bare.txt", "grep -v -- ----- key.pem >bare.txt", "without its BEGIN and END lines", ""),
            (
                "bare8.txt",
                "openssl pkcs8 -topk8 -in key.pem -outform DER -passout pass:word | base64 >bare8.txt",
                "without its BEGIN and END lines", "-passin pass:word"
            ),
            (
                "p12.txt",
                "openssl req -x509 -new -key key.pem -subj /CN=x -out c.pem && "
                    + "openssl pkcs12 -export -inkey key.pem -in c.pem -passout pass:word | base64 >p12.txt",
                "a PKCS#12 file in base64", "-passin pass:word"
            ),
            ("id_rsa", "ssh-keygen -q -t rsa -b 2048 -N '' -f id_rsa", "a key in OpenSSH's format", ""),
            ("my id", "ssh-keygen -q -t ecdsa -b 256 -N '' -f 'my id'", "a key in OpenSSH's format", ""),
            (
                "id_secret", "ssh-keygen -q -t rsa -b 2048 -N word -f id_secret",
                "an encrypted key in OpenSSH's format", "-P word -N ''"
            ),
            (
                "id_crlf", "ssh-keygen -q -t rsa -b 2048 -N '' -f id && sed 's/$/\\r/' id >id_crlf",
                "a key in OpenSSH's format", ""
            ),
            (
                "id.json", "ssh-keygen -q -t rsa -b 2048 -N '' -f id && jq -Rs '{key: ., more: 1}' id >id.json",
                "a key in OpenSSH's format", ""
            ),
            (
                "id.yaml", "ssh-keygen -q -t rsa -b 2048 -N '' -f id && sed 's/^/  /' id >id.yaml",
                "a key in OpenSSH's format", ""
            ),
        ])
    func converted(file: String, preparation: String, name: String, answer: String) throws {
        let made = try command.shell("umask 077; \(preparation)")
        try #require(made.status == 0, "\(made.errors)")
        let (message, conversion) = try refusal(of: file)
        #expect(message.contains(name))
        try run(try #require(conversion), answering: answer)
        let key = try #require(message.firstMatch(of: /convert it, and give (.+)/)?.1)
        let made2 = try command.shell("printf %s \(key)").output
        let signed = try sign(with: made2)
        #expect(signed.status == 0)
        #expect(signed.errors == "")
    }

    @Test(
        "that other programs wrote is converted by those",
        arguments: [
            ("k.ppk", "puttygen", "puttygen key.pem -O private -o k.ppk", "a PuTTY key", ""),
            ("k.com", "puttygen", "puttygen key.pem -O private-sshcom -o k.com", "the format of ssh.com", ""),
            (
                "k.jks", "keytool",
                "keytool -genkeypair -alias a -keyalg RSA -keystore k.jks -storetype JKS -storepass secret "
                    + "-keypass secret -dname CN=x",
                "a Java key store", "-srcstorepass secret -deststorepass secret"
            ),
        ])
    func others(file: String, program: String, preparation: String, name: String, answer: String) throws {
        guard try command.shell("command -v \(program)").status == 0 else { return }
        // puttygen reads PKCS#1 alone.
        _ = try command.shell("openssl rsa -in key.pem -traditional -out 1.pem && mv 1.pem key.pem; chmod 600 key.pem")
        _ = try command.shell("umask 077; \(preparation)")
        let (message, conversion) = try refusal(of: file)
        #expect(message.contains(name))
        let parts = try #require(conversion).replacingOccurrences(
            of: " && openssl pkcs12", with: " \(answer) && openssl pkcs12 -passin pass:secret")
        try run(parts, answering: "")
        #expect(try sign(with: "\(file).pem").status == 0)
    }

    /// Runs a command as it would be pasted; what it would ask for is given by options.
    private func run(_ conversion: String, answering answer: String) throws {
        var words = conversion
        if answer.hasPrefix("-P") {
            words = words.replacingOccurrences(of: "ssh-keygen -p", with: "ssh-keygen -p \(answer)")
        } else if !answer.isEmpty {
            words += " \(answer)"
        }
        let run = try command.shell("{ \(words)\n} </dev/null")
        #expect(run.status == 0, "\(words): \(run.errors)")
    }

    @Test(
        "is not a private key of the kind that CloudFront takes: another pair is made by the command",
        arguments: [
            ("openssl pkey -in key.pem -pubout -out bad.pem", "it is a public key: give the private key"),
            ("openssl pkey -in key.pem -pubout -outform DER -out bad.pem", "it is a public key"),
            ("openssl rsa -in key.pem -RSAPublicKey_out -out bad.pem", "it is a public key"),
            ("ssh-keygen -q -t rsa -b 2048 -N '' -f k; cp k.pub bad.pem", "it is a public key"),
            ("ssh-keygen -q -t rsa -b 2048 -N '' -f k; ssh-keygen -e -f k.pub >bad.pem", "it is a public key"),
            ("openssl req -x509 -new -key key.pem -subj /CN=x -out bad.pem", "it is a certificate: give the private"),
            ("openssl req -x509 -new -key key.pem -subj /CN=x -outform DER -out bad.pem", "it is a certificate"),
            ("openssl req -new -key key.pem -subj /CN=x -out bad.pem", "it is a certificate request"),
            ("openssl req -new -key key.pem -subj /CN=x -outform DER -out bad.pem", "it is a certificate request"),
            (
                "openssl req -x509 -new -key key.pem -subj /CN=x -out c.pem; "
                    + "openssl crl2pkcs7 -nocrl -certfile c.pem -out bad.pem", "it is a PKCS#7 file"
            ),
            ("openssl ecparam -name prime256v1 -out bad.pem", "it is a file of parameters, without a key"),
            ("openssl ecparam -name secp384r1 -genkey -noout -out bad.pem", "it is an elliptic curve key on secp384r1"),
            ("openssl ecparam -name secp256k1 -genkey -noout -out bad.pem", "it is an elliptic curve key on secp256k1"),
            ("openssl genpkey -algorithm ed25519 -out bad.pem", "it is a key of type ED25519: CloudFront takes RSA"),
            ("openssl genpkey -algorithm x25519 -out bad.pem", "it is a key of type X25519"),
            ("openssl genpkey -algorithm RSA-PSS -out bad.pem", "it is a key of type RSA-PSS"),
            ("openssl dsaparam -genkey -noout -out bad.pem 1024", "it is a key of type DSA"),
            ("ssh-keygen -q -t ed25519 -N '' -f bad.pem", "it is an OpenSSH key of another kind: CloudFront takes"),
            ("openssl genrsa -out bad.pem 512", "RSA with 512 bits is weak: CloudFront wants 2048"),
            (#"echo '{"kty":"RSA","d":"SECRET"}' >bad.pem"#, "it is a JSON Web Key"),
        ])
    func newPair(preparation: String, reason: String) throws {
        _ = try command.shell("umask 077; \(preparation)")
        let (message, making) = try refusal(of: "bad.pem")
        #expect(message.contains(reason))
        let made = try command.shell(try #require(making))
        #expect(made.status == 0 && made.output.hasPrefix("-----BEGIN PUBLIC KEY-----"))
        #expect(try sign(with: "cloudfront.pem").status == 0)
    }

    @Test(
        "is named for what it is, in one line",
        arguments: [
            ("true", "No such file or directory"), ("mkdir bad.pem", "Is a directory: give the file in it"),
            ("ln -s /dev/zero bad.pem", "File too large"), (": > bad.pem", "it is empty: copy the whole key again"),
            ("head -c 300 key.pem > bad.pem", "it is cut off: it has no END line: copy the whole key again"),
            ("sed '5s/./A/g' key.pem > bad.pem", "it is damaged: what is between BEGIN and END is not a key"),
            ("sed '5d' key.pem > bad.pem", "it is damaged"),
            ("printf 'Access key ID,Secret access key\\nA,SECRET\\n' > bad.pem", "it is AWS access keys"),
            ("gzip -c key.pem > bad.pem", "it is an archive: unpack it first"),
            ("echo SECRET > bad.pem", "it is not a"),
        ])
    func told(preparation: String, reason: String) throws {
        _ = try command.shell("umask 077; \(preparation)")
        #expect(try refusal(of: "bad.pem").message.contains("'bad.pem': \(reason)"))
    }

    @Test(
        "that an old OpenSSL encrypted is encrypted again by the command",
        arguments: ["PBE-MD5-DES", "PBE-SHA1-RC2-40"])
    func legacy(cipher: String) throws {
        let made = try command.shell(
            "umask 077; echo word >word; openssl pkcs8 -topk8 -v1 \(cipher) -provider legacy -provider default -in key.pem "
                + "-passout pass:word -out bad.pem")
        guard made.status == 0 else { return }
        let (message, conversion) = try refusal(of: "bad.pem", ["--passphrase-file", "word"])
        #expect(message.contains("it is encrypted with a cipher that OpenSSL 3 no longer has"))
        let run = try command.shell(try #require(conversion) + " -passin pass:word -passout pass:word")
        #expect(run.status == 0)
        #expect(try sign(with: "bad.new.pem", ["--passphrase-file", "word"]).status == 0)
    }

    @Test("no file that is there is replaced by the command")
    func nothingReplaced() throws {
        _ = try command.shell(
            "umask 077; openssl pkey -in key.pem -outform DER -out k; echo mine >k.pem; echo mine >cloudfront.pem")
        #expect(try refusal(of: "k").command?.hasSuffix("-out k.2.pem") == true)
        _ = try command.shell("openssl pkey -in key.pem -pubout -out public.pem")
        #expect(try refusal(of: "public.pem").command?.contains("-out cloudfront.2.pem ") == true)
    }

    @Test("has any name that a file can have", arguments: ["ssh-rsa.pem", "cloudfrontkey123", "AGE-SECRET-KEY-1.pem"])
    func anyName(file: String) throws {
        _ = try command.shell("cp -p key.pem '\(file)'")
        #expect(try sign(with: file).status == 0)
    }

    @Test(
        "given in the place of its name is not repeated",
        arguments: [
            "base64 -w0 key.pem", "grep -v -- ----- key.pem | tr -d '\\n'", "tr '\\n' ' ' <key.pem", "cat key.pem",
            "openssl ec -in ec.pem -outform DER 2>/dev/null | base64 -w0", "sed 's/-//' key.pem",
            "openssl pkcs8 -topk8 -in ec.pem -passout pass:x -outform DER | base64 -w0",
        ])
    func keyForName(making: String) throws {
        try command.folder.write(TestKeys.p256, to: "ec.pem")
        let key = try command.shell(making).output
        let run = try command.run(record, command.settings, environment: ["TF_PRIVATE_KEY": key])
        #expect(run.status == 0, "an option goes before the variable")
        let settings = ["--key-pair-id", "K", "--base-url", "https://h"]
        let refused = try command.run(record, settings, environment: ["TF_PRIVATE_KEY": key])
        #expect(refused.status == 2)
        #expect(
            refused.errors
                == "tf-sign: private key: this is the key itself: give the path of its file\n")
    }
}
