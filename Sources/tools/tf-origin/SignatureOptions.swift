import ArgumentParser
import OpenSSL
import Origin
import POSIX
import ToolSupport

/// `--public-key`, `--key-pair-id`, `--resource-base`: whose signatures open the origin.
struct SignatureOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Answer only to URLs that this key (PEM) has signed for CloudFront.", valueName: "file"))
    var publicKey: String?

    @Option(
        name: .customLong("key-pair-id"),
        help: ArgumentHelp("The name that CloudFront gave to the key.", valueName: "id"))
    var keyPairID: String?

    @Option(
        help: ArgumentHelp(
            "What signed URLs begin with, where it is not http:// and the Host asked for.", valueName: "url"))
    var resourceBase: String?

    func validate() throws {
        if (publicKey == nil) != (keyPairID == nil) {
            throw ValidationError("--public-key and --key-pair-id need each other")
        }
        if resourceBase != nil, publicKey == nil { throw ValidationError("--resource-base needs --public-key") }
    }

    /// The check, or nil where everybody may have everything.
    func check() throws(ToolFailure) -> SignatureCheck? {
        guard let publicKey, let keyPairID else { return nil }
        return SignatureCheck(key: try key(in: publicKey), keyPairID: keyPairID, resourceBase: resourceBase)
    }

    private func key(in path: String) throws(ToolFailure) -> PublicKey {
        let pem: [UInt8]
        do throws(SystemError) { pem = try File(reading: path).readAll(limit: 1 << 20) } catch {
            throw .usage("cannot read '\(path)': \(error.reason)")
        }
        do throws(OpenSSLError) { return try PublicKey(pem: pem) } catch {
            throw .usage(
                "'\(path)' is no public key in PEM (\(error.reason)), make one by 'openssl pkey -pubout -in private.pem'"
            )
        }
    }
}
