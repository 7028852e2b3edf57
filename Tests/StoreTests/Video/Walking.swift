import Store

/// Takes a walk over bytes in memory, as a reader would over a file. Nil: nothing is wrong.
func flaw(_ type: VideoType, _ bytes: [UInt8]) -> StructureFlaw? {
    var walk = type.walk(over: Int64(bytes.count))
    while let position = walk?.position {
        let head = bytes[Int(position)...].prefix(StructureWalk.headLength)
        do throws(StructureFlaw) { try walk?.accept(head) } catch { return error }
    }
    return nil
}

/// Of an MP4 file that is whole in memory.
func boxFlaw(_ bytes: [UInt8]) -> StructureFlaw? { flaw(.mp4, bytes) }

/// Of a WebM or Matroska file that is whole in memory.
func elementFlaw(_ bytes: [UInt8]) -> StructureFlaw? { flaw(.matroska, bytes) }

/// A box with its size in 32 bits.
func box(_ type: String, _ content: [UInt8] = []) -> [UInt8] { boxHead(type, UInt32(8 + content.count)) + content }

func boxHead(_ type: String, _ size: UInt32) -> [UInt8] { bigEndian(size) + Array(type.utf8) }

/// The head of a box with its size in 64 bits.
func longBoxHead(_ type: String, _ size: UInt64) -> [UInt8] { boxHead(type, 1) + bigEndian(size) }

func bigEndian(_ number: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: number.bigEndian) { Array($0) } }
