/// Whose certificates are trusted. What the environment says of it libcurl does not read; its command does
/// (`cacertpaths` in curl's tool_operate.c, the section ENVIRONMENT of curl(1)), and so does all that is done by this.
///
/// Proxies (`http_proxy`, `https_proxy`, `all_proxy`, `no_proxy`) are libcurl's own matter, and mean the same already.
package struct TrustSettings: Sendable, Equatable {
    /// A file of certificates (PEM), instead of the system's.
    package var file: String?
    /// A folder of certificates with hashes as their names (`openssl rehash`), or several with colons between them.
    package var folder: String?
    /// What says so: `--cacert`, or the name of a variable; nil where the system's are trusted.
    package private(set) var origin: String?

    /// The system's.
    package init() {}

    /// - Parameters:
    ///   - option: the file that `--cacert` names: then the environment does not count.
    ///   - environment: a variable's value. One that is empty counts as not set.
    package init(option: String?, environment: (String) -> String?) {
        if let option {
            (file, origin) = (option, "--cacert")
        } else if let bundle = environment("CURL_CA_BUNDLE"), !bundle.isEmpty {
            (file, origin) = (bundle, "CURL_CA_BUNDLE")
        } else {
            for (name, place) in [("SSL_CERT_DIR", \TrustSettings.folder), ("SSL_CERT_FILE", \TrustSettings.file)] {
                guard let value = environment(name), !value.isEmpty else { continue }
                self[keyPath: place] = value
                origin = name
            }
        }
    }
}
