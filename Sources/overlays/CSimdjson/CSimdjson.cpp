#include "CSimdjson.h"

// In simdjson 3.6 (Ubuntu 24.04) a template calls members that only its heirs have, which clang refuses from 19 on.
// Under these names it has them itself. Nothing here uses that code.
#define print_newline() call_print_newline()
#define print_indents(depth) call_print_indents(depth)
#define print_space() call_print_space()
#include <simdjson.h>
#undef print_newline
#undef print_indents
#undef print_space

#include <memory>
#include <new>

#include "Grammar.h"
#include "KnownNames.h"

using namespace simdjson;

namespace {

constexpr int max_depth = 1000;  // Far below what fits on the stack of a thread.

}  // namespace

/// simdjson's first stage checks UTF-8 and control characters, and finds where tokens begin: brackets, colons, commas,
/// opening quotes, and whatever else follows white space or one of them. What is here checks everything else: a token
/// reaches from its beginning to the next one, and must be one of JSON's, at a place for one.
struct tfjson_scanner {
  std::unique_ptr<internal::dom_parser_implementation> parser;
  size_t capacity = 0;
  // Of these `count` are used.
  std::vector<tfjson_member> members;
  size_t count = 0;
  known_names names;
  // One more than names can be registered: for TFJSON_UNKNOWN, which is never asked for.
  std::array<int32_t, TFJSON_UNKNOWN + 1> named;
  // Texts without their escapes, one after the other. Others stay where they are.
  std::vector<uint8_t> unescaped;
  uint8_t *free_room = nullptr;
  const char *start = nullptr;
  // Where the next token begins, and behind the last one, where the text's length is.
  const uint32_t *at = nullptr;
  const uint32_t *end = nullptr;
  bool has_escapes = false;

  tfjson_scanner(const char *const *list, size_t count) : names(list, count) {}

  error_code scan(std::string_view text, uint8_t &kind) {
    count = 0;
    std::fill_n(named.begin(), names.count(), -1);
    // Later versions of simdjson pass over a byte-order mark; inside a stream of lines it is not one.
    if (text.empty() || text.substr(0, 3) == "\xEF\xBB\xBF") return TAPE_ERROR;
    if (auto error = find_tokens(text)) return error;
    switch (start[*at]) {
      case '{':
        kind = TFJSON_OBJECT;
        if (auto error = take_members()) return error;
        break;
      case '[':
        kind = TFJSON_ARRAY;
        if (auto error = take_elements()) return error;
        break;
      default: return begins_scalar(start[*at]) ? INCORRECT_TYPE : TAPE_ERROR;
    }
    return at == end ? SUCCESS : TRAILING_CONTENT;
  }

 private:
  error_code find_tokens(std::string_view text) {
    if (capacity < text.size()) {
      size_t wanted = std::max<size_t>(text.size() + text.size() / 2, 1024);
      capacity = 0;
      if (parser == nullptr) {
        if (auto error = get_active_implementation()->create_dom_parser_implementation(wanted, 1, parser)) return error;
      } else if (auto error = parser->set_capacity(wanted)) {
        return error;
      }
      capacity = wanted;
    }
    start = text.data();
    if (auto error = parser->stage1(reinterpret_cast<const uint8_t *>(start), text.size(), stage1_mode::regular)) {
      return error;
    }
    at = parser->structural_indexes.get();
    end = at + parser->n_structural_indexes;
    has_escapes = std::memchr(start, '\\', text.size()) != nullptr;
    if (has_escapes) {
      if (unescaped.size() < text.size() + SIMDJSON_PADDING) unescaped.resize(text.size() + SIMDJSON_PADDING);
      free_room = unescaped.data();
    }
    return SUCCESS;
  }

  bool is_next(char c) const { return at < end && start[*at] == c; }

  /// The next token, without the white space behind it.
  std::string_view token() const {
    const char *last = start + at[1];
    while (is_space(last[-1])) --last;
    return {start + *at, static_cast<size_t>(last - start) - *at};
  }

  /// What is between the quotes of a token; nothing where it does not end with its quote.
  static bool unquote(std::string_view token, std::string_view &text) {
    if (token.size() < 2 || token.back() != '"') return false;
    text = token.substr(1, token.size() - 2);
    return true;
  }

  bool is_escaped(std::string_view text) const {
    return has_escapes && std::memchr(text.data(), '\\', text.size()) != nullptr;
  }

  /// Replaces a text by what its escapes mean, and by nothing where one is half of a surrogate pair.
  void unescape_in(std::string_view &text) {
    // The closing quote is behind the text.
    uint8_t *behind = unescape(*parser, reinterpret_cast<const uint8_t *>(text.data()), free_room, 0);
    text = {};
    if (behind == nullptr) return;
    text = {reinterpret_cast<const char *>(free_room), static_cast<size_t>(behind - free_room)};
    free_room = behind;
  }

  error_code take_members() {
    ++at;
    if (is_next('}')) return ++at, SUCCESS;
    while (true) {
      // Name, colon, value, and a comma or the end.
      if (end - at < 4 || start[*at] != '"' || start[at[1]] != ':') return TAPE_ERROR;
      uint32_t name_start = *at;
      std::string_view name;
      if (!unquote(token(), name)) return TAPE_ERROR;
      if (is_escaped(name)) {
        if (!has_valid_escapes(name)) return STRING_ERROR;
        unescape_in(name);
      }
      uint8_t name_id = name.data() == nullptr ? TFJSON_UNKNOWN : names.number(name);
      at += 2;
      if (auto error = take(name_id)) return error;
      members[count - 1].name_start = name_start;
      if (is_next('}')) return ++at, SUCCESS;
      if (!is_next(',')) return TAPE_ERROR;
      ++at;
    }
  }

  error_code take_elements() {
    ++at;
    if (is_next(']')) return ++at, SUCCESS;
    while (true) {
      if (auto error = take(TFJSON_UNKNOWN)) return error;
      members[count - 1].name_start = members[count - 1].value_start;
      if (is_next(']')) return ++at, SUCCESS;
      if (!is_next(',')) return TAPE_ERROR;
      ++at;
    }
  }

  /// Takes the value that is next.
  simdjson_inline error_code take(uint8_t name_id) {
    if (at >= end) return INCOMPLETE_ARRAY_OR_OBJECT;
    if (count == members.size()) members.resize(count < 32 ? 64 : count * 2);
    // Field by field, in place: a copy of a member just written stalls on store forwarding (a third of the time).
    tfjson_member &member = members[count];
    member.value_start = *at;
    member.text = nullptr;
    member.text_length = 0;
    member.digits = 0;
    member.decimals = -1;
    member.name_id = name_id;
    switch (start[*at]) {
      case '"': {
        std::string_view whole = token(), text;
        if (!unquote(whole, text)) return STRING_ERROR;
        if (is_escaped(text)) {
          if (!has_valid_escapes(text)) return STRING_ERROR;
          unescape_in(text);
        }
        member.kind = TFJSON_STRING;
        member.value_end = *at + static_cast<uint32_t>(whole.size());
        member.text = text.data();
        member.text_length = static_cast<uint32_t>(text.size());
        ++at;
        break;
      }
      case '{':
      case '[':
        member.kind = start[*at] == '{' ? TFJSON_OBJECT : TFJSON_ARRAY;
        if (auto error = pass(2)) return error;
        // The bracket was the last token.
        member.value_end = at[-1] + 1;
        break;
      default: {
        std::string_view text = token();
        if (!take_scalar(text, member)) return NUMBER_ERROR;
        member.value_end = *at + static_cast<uint32_t>(text.size());
        ++at;
      }
    }
    named[name_id] = static_cast<int32_t>(count);
    ++count;
    return SUCCESS;
  }

  static simdjson_inline bool take_scalar(std::string_view text, tfjson_member &member) {
    switch (text[0]) {
      case 'n': member.kind = TFJSON_NULL; return text == "null";
      case 't': member.kind = TFJSON_TRUE; return text == "true";
      case 'f': member.kind = TFJSON_FALSE; return text == "false";
      default: {
        number value(text);
        member.kind = TFJSON_NUMBER;
        member.digits = value.digits;
        member.decimals = value.decimals;
        return value.is_valid;
      }
    }
  }

  /// Checks the value that is next, whatever is in it, and passes over it.
  error_code pass(int depth) {
    if (at >= end) return INCOMPLETE_ARRAY_OR_OBJECT;
    char first = start[*at];
    if (first != '{' && first != '[') {
      tfjson_member scalar;
      bool is_valid = first == '"' ? pass_string() : take_scalar(token(), scalar);
      ++at;
      return is_valid ? SUCCESS : TAPE_ERROR;
    }
    if (depth > max_depth) return DEPTH_ERROR;
    char last = first == '{' ? '}' : ']';
    ++at;
    if (is_next(last)) return ++at, SUCCESS;
    while (true) {
      if (first == '{') {
        if (!is_next('"') || !pass_string()) return TAPE_ERROR;
        ++at;
        if (!is_next(':')) return TAPE_ERROR;
        ++at;
      }
      if (auto error = pass(depth + 1)) return error;
      if (is_next(last)) return ++at, SUCCESS;
      if (!is_next(',')) return TAPE_ERROR;
      ++at;
    }
  }

  /// Whether the token, which begins with a quote, is a string.
  bool pass_string() const {
    std::string_view text;
    return unquote(token(), text) && (!is_escaped(text) || has_valid_escapes(text));
  }
};

namespace {

int summarize(error_code error) {
  switch (error) {
    case SUCCESS: return TFJSON_OK;
    case UTF8_ERROR: return TFJSON_BAD_UTF8;
    case DEPTH_ERROR: return TFJSON_TOO_DEEP;
    case MEMALLOC: return TFJSON_NO_MEMORY;
    case INCORRECT_TYPE: return TFJSON_SCALAR;
    default: return TFJSON_MALFORMED;
  }
}

}  // namespace

size_t tfjson_padding(void) { return SIMDJSON_PADDING; }

tfjson_scanner *tfjson_scanner_new(const char *const *names, size_t count) {
  return new (std::nothrow) tfjson_scanner(names, count);
}

void tfjson_scanner_free(tfjson_scanner *scanner) { delete scanner; }

tfjson_scan_result tfjson_scan(tfjson_scanner *scanner, const char *text, size_t length) {
  tfjson_scan_result result{};
  try {
    result.error = summarize(scanner->scan({text, length}, result.kind));
  } catch (const std::bad_alloc &) {
    result.error = TFJSON_NO_MEMORY;
  }
  result.members = scanner->members.data();
  result.named = scanner->named.data();
  result.count = result.error == TFJSON_OK ? scanner->count : 0;
  return result;
}

size_t tfjson_plain_length(const char *text, size_t length) {
  // Nearly no byte has to be. The rest of a text is in small blocks: many are shorter than a large one.
  size_t at = plain_blocks<8>(text, plain_blocks<32>(text, 0, length), length);
  while (at < length && !must_be_escaped(text[at])) ++at;
  return at;
}

size_t tfjson_minify(const char *text, size_t length, char *target) {
  size_t written = 0;
  return minify(text, length, target, written) == SUCCESS ? written : SIZE_MAX;
}
