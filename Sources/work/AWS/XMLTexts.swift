internal import Expat

/// The texts of a small document by the names of their element and of the one around it. Of what is there twice the
/// first counts; what is not whole has none.
package struct XMLTexts {
    private var texts: [[String]: String] = [:]

    package init(_ document: [UInt8]) {
        guard let events = try? XMLDocument.events(document) else { return }
        var open: [String] = []
        var text: [UInt8] = []
        for event in events {
            switch event {
            case .start(let name): open.append(name)
            case .text(let piece): text += piece
            case .end:
                let place = Array(open.suffix(2))
                if texts[place] == nil { texts[place] = String(decoding: text, as: UTF8.self) }
                open.removeLast()
            }
            if case .text = event {} else { text = [] }
        }
    }

    package subscript(parent: String, name: String) -> String? { texts[[parent, name]] }

    /// The code of an error of AWS's, such as `AccessDenied`: the one part of such an answer that holds nothing secret.
    package var errorCode: String? {
        guard let code = self["Error", "Code"], code.utf8.count <= 64,
            code.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) })
        else { return nil }
        return code
    }
}
