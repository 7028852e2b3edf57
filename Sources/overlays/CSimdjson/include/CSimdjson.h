/// A C door to simdjson: one call splits one JSON text into its members.
///
/// Why a shim: simdjson is C++, which Swift cannot import as it is. Why its first stage alone: its DOM refuses `1E400`
/// and integers beyond 64 bits, which have to pass through unchanged, and On-Demand does not check what it skips. So
/// the shim goes from token to token itself, and checks each by the grammar of RFC 8259.
#ifndef C_SIMDJSON_H
#define C_SIMDJSON_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tfjson_scanner tfjson_scanner;

enum tfjson_kind {
  TFJSON_NULL,
  TFJSON_FALSE,
  TFJSON_TRUE,
  TFJSON_NUMBER,
  TFJSON_STRING,
  TFJSON_ARRAY,
  TFJSON_OBJECT
};

enum tfjson_error {
  TFJSON_OK,
  TFJSON_MALFORMED,
  TFJSON_BAD_UTF8,
  TFJSON_SCALAR,  ///< Neither an object nor an array; not checked further.
  TFJSON_TOO_DEEP,
  TFJSON_NO_MEMORY
};

/// `name_id` of a member whose name was not registered, and of an array's element.
#define TFJSON_UNKNOWN 255

/// One member of the outermost object, or one element of the outermost array. Offsets count from the text's start.
typedef struct {
  uint32_t name_start;  ///< The name's opening quote (elements: the value).
  uint32_t value_start;
  uint32_t value_end;
  uint32_t text_length;
  /// A string without its escapes, in the scanned text if it has none, until the next scan; NULL where it has a lone
  /// surrogate.
  const char *text;
  int64_t digits;  ///< A number is these, divided by ten as often as `decimals` says.
  int8_t decimals; ///< -1: it has an exponent, more than 18 digits, or is -0.
  uint8_t kind;
  uint8_t name_id;
} tfjson_member;

typedef struct {
  const tfjson_member *members;  ///< Until the next scan.
  size_t count;
  /// By index of the registered names: which member has that name, the last one where several have; -1: none.
  const int32_t *named;
  int error;
  uint8_t kind;  ///< Of the whole text; members only for an object or an array.
} tfjson_scan_result;

/// How many readable bytes have to follow every text that is scanned.
size_t tfjson_padding(void);

/// A scanner that recognises the given names by their index (at most 255 of them). NULL: no memory.
tfjson_scanner *tfjson_scanner_new(const char *const *names, size_t count);
void tfjson_scanner_free(tfjson_scanner *scanner);

/// Checks the whole text and tells the members of its outermost value. The text must be under 4 GiB.
tfjson_scan_result tfjson_scan(tfjson_scanner *scanner, const char *text, size_t length);

/// How many bytes of a text come before the first that has to be escaped in a JSON string.
size_t tfjson_plain_length(const char *text, size_t length);

/// Copies the text without the white space between its tokens; `target` holds `length` bytes and the padding.
/// Returns the number of bytes written, or SIZE_MAX where a string is not closed.
size_t tfjson_minify(const char *text, size_t length, char *target);

#ifdef __cplusplus
}
#endif
#endif
