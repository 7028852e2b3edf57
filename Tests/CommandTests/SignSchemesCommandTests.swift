import Foundation
import TestSupport
import Testing

@Suite struct SignSchemesCommandTests {
    let command = try! SignCommand()
    private let record = Data(#"{"key":"a b.mp4","course_id":1}"#.utf8)
    private let keys = ["AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "SECRET"]

    private func url(_ run: CommandRun) throws -> String { try #require(fields(run.output)["signed_url"] as? String) }

    // MARK: - Passphrases

    @Test(
        "an encrypted key opens with its passphrase, which may end in a line end or not",
        arguments: [
            ("openssl pkcs8 -topk8 -in key.pem -passout pass:word", "word\n"),
            ("openssl rsa -in key.pem -traditional -aes128 -passout pass:word", "word"),
            ("openssl ecparam -name prime256v1 -genkey -noout | openssl ec -aes128 -passout pass:'a b'", "a b\r\nmore"),
        ])
    func passphrase(encryption: String, passphrase: String) throws {
        _ = try command.shell("umask 077; \(encryption) > secret.pem 2>/dev/null; cat > word", input: passphrase)
        let options = ["--private-key", "secret.pem", "--passphrase-file", "word"]
        let run = try command.run(record, command.settings + options)
        #expect(run.status == 0)
        #expect(run.errors == "")
        let explained = try command.run(Data(try url(run).utf8), ["--explain", "-", "--json"] + options)
        #expect(fields(explained.output)["signature"] as? String == "good")
    }

    @Test(
        "a passphrase that is wrong or missing is reported, and not repeated",
        arguments: [
            ("printf wrong >word", "the passphrase does not open it"), ("true", "passphrase file 'word': No such"),
        ])
    func wrongPassphrase(preparation: String, reason: String) throws {
        _ = try command.shell(
            "umask 077; openssl pkcs8 -topk8 -in key.pem -passout pass:right -out secret.pem; \(preparation)")
        let run = try command.run(
            record, command.settings + ["--private-key", "secret.pem", "--passphrase-file", "word"])
        #expect(run.status == 2)
        #expect(run.errors.contains(reason))
        #expect(!run.errors.contains("wrong"))
    }

    @Test("without a passphrase file and a terminal an encrypted key is a wrong setting")
    func noTerminal() throws {
        let script = """
            openssl pkcs8 -topk8 -in key.pem -passout pass:right -out secret.pem
            TF_PRIVATE_KEY=secret.pem setsid --wait tf-sign
            """
        let run = try command.shell(script)
        #expect(run.status == 2)
        #expect(run.errors.contains("it is encrypted, and there is no terminal to ask: give --passphrase-file"))
    }

    // MARK: - S3

    @Test("a record is signed for S3 with the environment's credentials, and explained back")
    func s3() throws {
        let options = ["--s3", "--bucket", "tfstream", "--region", "us-east-1", "--ttl", "10m"]
        let run = try command.run(record, options, environment: keys)
        #expect(run.status == 0)
        let url = try url(run)
        #expect(url.hasPrefix("https://tfstream.s3.amazonaws.com/a%20b.mp4?X-Amz-Algorithm=AWS4-HMAC-SHA256&"))
        let explained = try command.run(Data(url.utf8), ["--explain", "-", "--s3", "--json"], environment: keys)
        #expect(explained.status == 0)
        let object = fields(explained.output)
        #expect(object["signature"] as? String == "good")
        #expect(object["state"] as? String == "good")
        #expect(object["expires_at"] as? Int == fields(run.output)["expires_at"] as? Int)
        #expect(object["url"] as? String == "https://tfstream.s3.amazonaws.com/a%20b.mp4")
    }

    @Test("region and credentials come from the profile")
    func profile() throws {
        let process = #"echo '{"Version":1,"AccessKeyId":"ASIA","SecretAccessKey":"S","SessionToken":"T"}'"#
        try command.folder.write(
            "[profile p]\nregion = eu-west-1\ncredential_process = \(process)\n", to: ".aws/config")
        let run = try command.run(record, ["--s3", "--bucket", "b-1"], environment: ["AWS_PROFILE": "p"])
        let url = try url(run)
        #expect(url.hasPrefix("https://b-1.s3.eu-west-1.amazonaws.com/"))
        #expect(url.contains("&X-Amz-Security-Token=T&X-Amz-Signature="))
    }

    @Test(
        "wrong settings for S3 end with 2, a reason, and no secret",
        arguments: [
            (["--s3", "--bucket", "b"], "no region"),
            (["--s3", "--region", "r", "--hash", "sha256"], "--hash is for CloudFront"),
            (["--s3", "--region", "r", "--ttl", "8d"], "7 days"), (["--s3", "--region", "R"], "region:"),
            (["--s3", "--region", "r", "--bucket", "a/b"], "bucket:"),
            (["--s3", "--region", "r", "--bucket", "b", "--endpoint", "https://u:SECRET@h"], "endpoint:"),
            (["--bucket", "b"], "--bucket is for S3"), (["--path-style"], "--path-style is for S3"),
            (["--json"], "--json goes with --explain"),
            (["--s3", "--region", "r", "--endpoint", "https://h"], "give --bucket"),
            (["--s3", "--region", "r", "--bucket", "b", "--endpoint", "https://h:SECRET"], "port"),
        ])
    func wrongS3(options: [String], reason: String) throws {
        let run = try command.run(record, options, environment: keys)
        #expect(run.status == 2)
        #expect(run.output == "")
        #expect(run.errors.contains(reason))
        #expect(!run.errors.contains("SECRET"))
    }

    @Test("a URL is not good for longer than its credentials")
    func cut() throws {
        let end = Int(Date().timeIntervalSince1970) + 600
        let text = try command.shell("date -u -d @\(end) +%FT%TZ").lines[0]
        let environment = keys.merging(["AWS_CREDENTIAL_EXPIRATION": text]) { $1 }
        let run = try command.run(record, ["--s3", "--region", "r", "--bucket", "bkt"], environment: environment)
        #expect(fields(run.output)["expires_at"] as? Int == end)
    }

    // MARK: - CloudFront

    @Test("conditions are put into a custom policy, and are explained for people and as JSON")
    func conditions() throws {
        let options = ["--ip", "192.0.2.7", "--not-before", "2026-01-01T00:00:00Z", "--expires-at", "4070908800"]
        let signed = try url(try command.run(record, command.settings + options))
        #expect(signed.contains("?Policy="))
        let key = command.folder.file("key.pem").path
        let explained = try command.run(Data(signed.utf8), ["--explain", "-", "--private-key", key])
        #expect(explained.lines.contains("addresses   192.0.2.7/32"))
        #expect(explained.lines.contains { $0.hasPrefix("from        2026-01-01T00:00:00Z (") })
        #expect(explained.lines.contains { $0.hasPrefix("until       2099-01-01T00:00:00Z (") })
        #expect(explained.lines.last == "signature   good, by the key in '\(key)'")
        let signature = try #require(signed.split(separator: "&").first { $0.hasPrefix("Signature=") })
        #expect(!explained.output.contains(signature.dropFirst(10)))
    }

    @Test(
        "conditions that make no sense are wrong use",
        arguments: [
            ["--ip", "2001:db8::1"], ["--ip", "192.0.2.0/33"], ["--ip", "192.0.2"], ["--ip", "010.0.0.1"],
            ["--not-before", "4070908800"], ["--not-before", "tomorrow"], ["--scope", "library"],
            ["--not-before", "4070908800", "--expires-at", "4070908800"],
        ])
    func badConditions(options: [String]) throws {
        let run = try command.run(record, command.settings + options)
        #expect(run.status == 2)
        #expect(run.output == "")
    }

    @Test("with --scope course a record that would open more is a failed one, and the stream goes on")
    func course() throws {
        let lines = [
            #"{"key":"c/1.mp4","course_id":1}"#, #"{"key":"1.mp4","course_id":1}"#, #"{"key":"c/2.mp4","course_id":1}"#,
        ]
        let run = try command.run(Data(lines.joined(separator: "\n").utf8), command.settings + ["--scope", "course"])
        #expect(run.status == 1)
        #expect(run.lines.map { fields($0)["error"] as? String } == [nil, "unsigned", nil])
        let queries = [0, 2].map { (fields(run.lines[$0])["signed_url"] as? String ?? "").drop { $0 != "?" } }
        #expect(queries[0] == queries[1])
    }

    // MARK: - Check

    @Test("--check says what the settings are, reads nothing, and ends with 0 or 2")
    func check() throws {
        let good = try command.run(Data("nonsense\n".utf8), command.settings + ["--check"])
        #expect(good.status == 0)
        #expect(good.lines.contains { $0.hasSuffix("RSA with 2048 bits, signs with sha1") })
        let missing = try command.run(Data(), ["--check", "--key-pair-id", "K", "--private-key", "nowhere"])
        #expect(missing.status == 2)
        #expect(missing.errors == "tf-sign: private key 'nowhere': No such file or directory\n")
        let s3 = try command.run(
            Data(), ["--check", "--s3", "--region", "eu-west-1", "--bucket", "bkt"], environment: keys)
        #expect(s3.status == 0)
        #expect(s3.lines.contains("credentials AKIAIOSFODNN7EXAMPLE from the environment"))
        #expect(!s3.output.contains("SECRET"))
        let wrong = try command.run(
            Data(), ["--check", "--s3", "--region", "eu-west-1", "--bucket", "bkt"],
            environment: keys.merging(["AWS_ACCESS_KEY_ID": "PASTED/BY/MISTAKE"]) { $1 })
        #expect(wrong.status == 2)
        #expect(wrong.errors.contains("credentials: AWS_ACCESS_KEY_ID is not an access key ID of AWS"))
        #expect(!wrong.errors.contains("PASTED"))
    }

    @Test("--check warns that there is no base URL: whether records bring a 'url' cannot be seen from the settings")
    func checkWithoutBase() throws {
        let key = ["--key-pair-id", "K", "--private-key", command.folder.file("key.pem").path]
        let cloudFront = try command.run(Data(), ["--check"] + key)
        #expect(cloudFront.status == 0)
        #expect(
            cloudFront.errors.contains("tf-sign: base URL: there is none, so only records with a 'url' can be signed"))
        #expect(cloudFront.lines.contains("base URL    none: each record needs a 'url'"))
        let s3 = try command.run(Data(), ["--check", "--s3", "--region", "eu-west-1"], environment: keys)
        #expect(s3.status == 0)
        #expect(s3.errors.contains("tf-sign: bucket: there is none, so only records with a 'url' can be signed"))
    }

    @Test("--check with a catalogue of which no record can be signed ends with 2; one that can is enough")
    func checkCatalog() throws {
        let key = ["--check", "--key-pair-id", "K", "--private-key", command.folder.file("key.pem").path]
        try command.folder.write(#"{"key":"a"}"# + "\n" + #"{"key":"b"}"# + "\n", to: "keys")
        try command.folder.write(#"{"key":"a"}"# + "\n" + #"{"url":"https://h/b"}"# + "\n", to: "mixed")
        let (keys, mixed) = (command.folder.file("keys").path, command.folder.file("mixed").path)
        let wrong = try command.run(Data(), key + ["--catalog", keys])
        #expect(wrong.status == 2)
        #expect(wrong.errors.contains("tf-sign: none of the 2 records can be signed: line 1: the record has no 'url'"))
        #expect(try command.run(Data(), key + ["--catalog", mixed]).status == 0)
        #expect(try command.run(Data(), key + ["--catalog", keys, "--base-url", "https://h"]).status == 0)
        #expect(try command.run(Data(), key + ["--catalog", command.folder.file("none").path]).status == 3)
        #expect(try command.run(Data(), Array(key.dropFirst()) + ["--catalog", keys]).status == 2)
    }

    @Test("with --go-on the first record that has no place fails as any other does")
    func goOn() throws {
        let key = ["--key-pair-id", "K", "--private-key", command.folder.file("key.pem").path]
        let run = try command.run(record + Data("\n".utf8) + record, key + ["--go-on"])
        #expect(run.status == 1)
        #expect(run.lines.count { $0.contains(#""error":"unsigned""#) } == 2)
    }

    @Test("records without a 'url', and no base URL, are a wrong setting: nothing is written, and nothing fails")
    func noBase() throws {
        let key = ["--key-pair-id", "K", "--private-key", command.folder.file("key.pem").path]
        let run = try command.run(record + Data("\n".utf8) + record, key)
        #expect(run.status == 2)
        #expect(run.output == "")
        #expect(
            run.errors
                == "tf-sign: line 1: the record has no 'url', and there is no base URL: give --base-url, or with --s3 "
                + "--bucket\n")
    }

    @Test("--explain takes one URL, and no option that has no effect on it")
    func explainedAlone() throws {
        let url = "https://h/a?Expires=1&Signature=AAAA&Key-Pair-Id=K"
        let several = try command.run(Data("\(url)\n\n\(url)\n".utf8), ["--explain", "-"])
        #expect(several.status == 2)
        #expect(several.errors == "tf-sign: standard input: it has several lines: give one URL\n")
        for options in [["--check"], ["--ttl", "1h"], ["--scope", "course"], ["--region", "r"]] {
            let run = try command.run(Data(), ["--explain", url] + options)
            #expect(run.status == 2)
            #expect(run.errors == "tf-sign: \(options[0]) has no effect on --explain: leave it out\n")
        }
    }

    @Test("a signed URL in the wrong place is not repeated in the message")
    func misplaced() throws {
        let url = "https://h/a?Expires=1&Signature=SECRET&Key-Pair-Id=K"
        for arguments in [[url], ["--ip", url], ["--explain=\(url)", "more"], ["--nothing=\(url)"]] {
            let run = try command.run(Data(), arguments)
            #expect(run.status == 2)
            #expect(!run.errors.contains("SECRET"), "\(arguments)")
        }
    }

    @Test(
        "a URL that cannot be explained ends with 2, and is not repeated",
        arguments: ["https://h/a?x=SECRET", "SECRET"])
    func unexplained(url: String) throws {
        let run = try command.run(Data(), ["--explain", url])
        #expect(run.status == 2)
        #expect(run.output == "")
        #expect(!run.errors.contains("SECRET"))
    }
}
