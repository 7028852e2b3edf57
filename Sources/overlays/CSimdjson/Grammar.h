/// The grammar of JSON's tokens, RFC 8259.
#ifndef GRAMMAR_H
#define GRAMMAR_H

#include <cstdint>
#include <cstring>
#include <string_view>

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "eight bytes are read as one number");

namespace {

inline bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }

inline bool begins_scalar(char c) { return is_digit(c) || c == '-' || c == '"' || c == 't' || c == 'f' || c == 'n'; }

inline bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

/// RFC 8259, section 7. A lone surrogate is valid by the grammar, and such titles occur where an emoji was cut in two.
/// Control characters and UTF-8 were checked by the first stage.
inline bool has_valid_escapes(std::string_view text) {
  const char *at = text.data(), *end = at + text.size();
  while (at < end) {
    if (*at++ != '\\') continue;
    if (at == end || *at == '\0' || std::strchr("\"\\/bfnrtu", *at) == nullptr) return false;
    int digits = *at++ == 'u' ? 4 : 0;
    for (; digits > 0; --digits, ++at) {
      if (at == end || !is_hex(*at)) return false;
    }
  }
  return true;
}

/// RFC 8259, section 7: quotation marks, backslashes and control characters.
inline bool must_be_escaped(char c) { return (static_cast<unsigned char>(c) < 0x20) | (c == '"') | (c == '\\'); }

/// Passes over whole blocks without such a byte. With no branch inside they become vector instructions.
template <size_t block>
size_t plain_blocks(const char *text, size_t at, size_t length) {
  for (; at + block <= length; at += block) {
    bool found = false;
    for (size_t i = 0; i < block; ++i) found |= must_be_escaped(text[at + i]);
    if (found) break;
  }
  return at;
}

/// simdjson 3.6 wants to be told not to replace lone surrogates; 3.0 has no such argument.
template <typename Parser>
auto unescape(const Parser &parser, const uint8_t *from, uint8_t *to, int) -> decltype(parser.parse_string(from, to)) {
  return parser.parse_string(from, to);
}

template <typename Parser>
auto unescape(const Parser &parser, const uint8_t *from, uint8_t *to, long)
    -> decltype(parser.parse_string(from, to, false)) {
  return parser.parse_string(from, to, false);
}

/// The value of up to eight digits; false where something else is among them. Eight bytes from the first can be read.
/// In one word, since a loop over a few digits is one whose end the processor cannot foresee.
inline bool read_digits(const char *at, size_t count, uint64_t &value) {
  uint64_t word;
  std::memcpy(&word, at, 8);
  // The digits come to the upper end of the word, with zeros before them.
  if (count < 8) word = word << 8 * (8 - count) | 0x3030303030303030 >> 8 * count;
  constexpr uint64_t upper = 0xF0F0F0F0F0F0F0F0;
  // Each byte is 0x3., and still is with six more.
  if (((word & upper) | ((word + 0x0606060606060606) & upper) >> 4) != 0x3333333333333333) return false;
  // Neighbours become one number of two digits, of four, of eight.
  word = (word & 0x0F0F0F0F0F0F0F0F) * (1 + (10 << 8)) >> 8;
  word = (word & 0x00FF00FF00FF00FF) * (1 + (100 << 16)) >> 16;
  value = (word & 0x0000FFFF0000FFFF) * (1 + (uint64_t{10000} << 32)) >> 32;
  return true;
}

/// RFC 8259, section 6: number = [ minus ] int [ frac ] [ exp ]. With its value, where that is plain: up to 18 digits
/// without an exponent, and not -0.
struct number {
  bool is_valid = false;
  int64_t digits = 0;
  int8_t decimals = -1;

  explicit number(std::string_view text) {
    const char *at = text.data(), *end = at + text.size();
    bool is_negative = at < end && *at == '-';
    if (is_negative) ++at;
    const char *whole = at;
    uint64_t value = 0;
    if (size_t few = static_cast<size_t>(end - at); few > 0 && few <= 8 && read_digits(at, few, value)) {
      if (*at == '0' && few > 1) return;
      is_valid = true;
      if (is_negative && value == 0) return;
      digits = is_negative ? -static_cast<int64_t>(value) : static_cast<int64_t>(value);
      decimals = 0;
      return;
    }
    value = 0;
    while (at < end && is_digit(*at)) value = value * 10 + static_cast<uint64_t>(*at++ - '0');
    if (at == whole || (*whole == '0' && at - whole > 1)) return;
    ptrdiff_t count = at - whole, fraction = 0;
    if (at < end && *at == '.') {
      const char *start = ++at;
      while (at < end && is_digit(*at)) value = value * 10 + static_cast<uint64_t>(*at++ - '0');
      if ((fraction = at - start) == 0) return;
    }
    bool has_exponent = at < end && (*at == 'e' || *at == 'E');
    if (has_exponent) {
      ++at;
      if (at < end && (*at == '+' || *at == '-')) ++at;
      const char *start = at;
      while (at < end && is_digit(*at)) ++at;
      if (at == start) return;
    }
    is_valid = at == end;
    if (has_exponent || count + fraction > 18 || (is_negative && value == 0)) return;
    digits = is_negative ? -static_cast<int64_t>(value) : static_cast<int64_t>(value);
    decimals = static_cast<int8_t>(fraction);
  }
};

}  // namespace

#endif
