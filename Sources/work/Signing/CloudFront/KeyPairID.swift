/// The name of a public key at CloudFront: letters and digits, so that it can stand in a query as it is.
package struct KeyPairID: Sendable {
    package let text: String

    package init?(_ text: String) {
        guard !text.isEmpty, text.utf8.count <= 128,
            text.unicodeScalars.allSatisfy({ $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0)) })
        else { return nil }
        self.text = text
    }
}
