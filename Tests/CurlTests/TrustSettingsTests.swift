import Curl
import Testing

@Suite struct TrustSettingsTests {
    @Test(
        "of the option and the variables those count that count for curl",
        arguments: [
            (nil, [:], nil, nil, nil),
            (nil, ["CURL_CA_BUNDLE": "b", "SSL_CERT_FILE": "f", "SSL_CERT_DIR": "d"], "b", nil, "CURL_CA_BUNDLE"),
            (nil, ["SSL_CERT_FILE": "f", "SSL_CERT_DIR": "d"], "f", "d", "SSL_CERT_FILE"),
            (nil, ["SSL_CERT_FILE": "f"], "f", nil, "SSL_CERT_FILE"),
            (nil, ["SSL_CERT_DIR": "d"], nil, "d", "SSL_CERT_DIR"),
            (nil, ["CURL_CA_BUNDLE": "", "SSL_CERT_FILE": "f"], "f", nil, "SSL_CERT_FILE"),
            ("o", ["CURL_CA_BUNDLE": "b", "SSL_CERT_DIR": "d"], "o", nil, "--cacert"),
        ] as [(String?, [String: String], String?, String?, String?)])
    func precedence(
        option: String?, environment: [String: String], file: String?, folder: String?, origin: String?
    ) {
        let trust = TrustSettings(option: option) { environment[$0] }
        #expect(trust.file == file && trust.folder == folder && trust.origin == origin)
    }
}
