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

#include <algorithm>
#include <array>
#include <cstring>
#include <new>
#include <string>
#include <string_view>
#include <vector>

using namespace simdjson;

namespace {

// Far below what fits on the stack of a thread, and below simdjson's own 1,024.
constexpr int max_depth = 1000;

std::string_view trim_end(std::string_view text) {
  auto is_space = [](char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; };
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// RFC 8259, section 6: number = [ minus ] int [ frac ] [ exp ].
bool is_number(std::string_view text) {
  const char *at = text.data(), *end = at + text.size();
  auto digits = [&] {
    const char *start = at;
    while (at < end && is_digit(*at)) ++at;
    return at > start;
  };
  if (at < end && *at == '-') ++at;
  if (at < end && *at == '0') {
    ++at;
  } else if (!digits()) {
    return false;
  }
  if (at < end && *at == '.') {
    ++at;
    if (!digits()) return false;
  }
  if (at < end && (*at == 'e' || *at == 'E')) {
    ++at;
    if (at < end && (*at == '+' || *at == '-')) ++at;
    if (!digits()) return false;
  }
  return at == end;
}

/// simdjson 3.6 wants to be told not to replace lone surrogates; 3.0 has no such argument.
template <typename Field>
auto unescaped_key(Field &field, int) -> decltype(field.unescaped_key()) {
  return field.unescaped_key();
}

template <typename Field>
auto unescaped_key(Field &field, long) -> decltype(field.unescaped_key(false)) {
  return field.unescaped_key(false);
}

bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

/// RFC 8259, section 7, for the strings that simdjson refuses: a lone surrogate is valid by the grammar, and such
/// titles occur where an emoji was cut in two. Control characters and UTF-8 were checked by the first stage.
bool has_valid_escapes(const char *quote, const char *limit) {
  const char *at = quote + 1;
  while (at < limit && *at != '"') {
    if (*at++ != '\\') continue;
    if (at == limit || *at == '\0' || std::strchr("\"\\/bfnrtu", *at) == nullptr) return false;
    int digits = *at++ == 'u' ? 4 : 0;
    for (; digits > 0; --digits, ++at) {
      if (at == limit || !is_hex(*at)) return false;
    }
  }
  return at < limit;
}

/// RFC 8259, section 7: quotation marks, backslashes and control characters.
bool must_be_escaped(char c) { return (static_cast<unsigned char>(c) < 0x20) | (c == '"') | (c == '\\'); }

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

}  // namespace

struct tfjson_scanner {
  ondemand::parser parser;
  std::vector<tfjson_member> members;
  // Each with the quote that ends it in a text.
  std::vector<std::string> names;
  // One more than names can be registered: for TFJSON_UNKNOWN, which is never asked for.
  std::array<int32_t, TFJSON_UNKNOWN + 1> named;
  // Chains of names by their first two characters: these tell most names apart.
  std::array<uint8_t, 1024> first_with;
  std::vector<uint8_t> next_with;
  const char *start = nullptr;
  const char *limit = nullptr;

  tfjson_scanner(const char *const *list, size_t count) {
    first_with.fill(TFJSON_UNKNOWN);
    for (size_t id = 0; id < count; ++id) {
      names.emplace_back(list[id]).push_back('"');
      uint8_t &head = first_with[bucket(names.back())];
      next_with.push_back(head);
      head = static_cast<uint8_t>(id);
    }
  }

  error_code scan(std::string_view text, uint8_t &kind) {
    members.clear();
    std::fill_n(named.begin(), names.size(), -1);
    // Later versions of simdjson pass over a byte-order mark; inside a stream of lines it is not one.
    if (text.substr(0, 3) == "\xEF\xBB\xBF") return TAPE_ERROR;
    start = text.data();
    limit = start + text.size();
    ondemand::document document;
    if (auto error = parser.iterate(text.data(), text.size(), text.size() + SIMDJSON_PADDING).get(document)) {
      return error;
    }
    ondemand::json_type type;
    if (auto error = document.type().get(type)) return error;
    error_code error = INCORRECT_TYPE;
    if (type == ondemand::json_type::object) {
      kind = TFJSON_OBJECT;
      ondemand::object object;
      if ((error = document.get_object().get(object)) == SUCCESS) error = take_members(object);
    } else if (type == ondemand::json_type::array) {
      kind = TFJSON_ARRAY;
      ondemand::array array;
      if ((error = document.get_array().get(array)) == SUCCESS) error = take_elements(array);
    }
    if (error) return error;
    const char *rest;
    return document.current_location().get(rest) == OUT_OF_BOUNDS ? SUCCESS : TRAILING_CONTENT;
  }

 private:
  /// Of a name with the quote that ends it.
  static size_t bucket(std::string_view name) {
    return name[0] == '"' ? 0 : ((static_cast<uint8_t>(name[0]) & 31) << 5 | (static_cast<uint8_t>(name[1]) & 31));
  }

  /// The known name that a text begins with, its quote included.
  uint8_t identify(std::string_view text) const {
    for (uint8_t id = first_with[bucket(text)]; id != TFJSON_UNKNOWN; id = next_with[id]) {
      if (text.compare(0, names[id].size(), names[id]) == 0) return id;
    }
    return TFJSON_UNKNOWN;
  }

  /// A known name that is written without escapes needs no unescaping: nearly every name in a line.
  simdjson_inline error_code identify(ondemand::field &field, uint8_t &id) {
    const char *raw = field.key().raw();
    id = identify({raw, static_cast<size_t>(limit - raw)});
    if (id != TFJSON_UNKNOWN) return SUCCESS;
    std::string_view name;
    if (auto error = read_name(field, name)) return error;
    // As long as it was written, it has no escapes (or none but quotes, which no known name has).
    if (name.data() == nullptr || raw[name.size()] == '"') return SUCCESS;
    std::string quoted = std::string(name) + '"';
    id = identify(quoted);
    // An unescaped name may hold quotes of its own.
    if (id != TFJSON_UNKNOWN && names[id].size() != quoted.size()) id = TFJSON_UNKNOWN;
    return SUCCESS;
  }

  uint32_t offset(const char *at) const { return static_cast<uint32_t>(at - start); }

  error_code take_members(ondemand::object object) {
    for (auto item : object) {
      ondemand::field field;
      if (auto error = std::move(item).get(field)) return error;
      uint32_t name_start = offset(field.key().raw() - 1);
      uint8_t name_id;
      if (auto error = identify(field, name_id)) return error;
      if (auto error = take(field.value(), name_id)) return error;
      members.back().name_start = name_start;
    }
    return SUCCESS;
  }

  error_code take_elements(ondemand::array array) {
    for (auto item : array) {
      ondemand::value value;
      if (auto error = std::move(item).get(value)) return error;
      if (auto error = take(value, TFJSON_UNKNOWN)) return error;
      members.back().name_start = members.back().value_start;
    }
    return SUCCESS;
  }

  simdjson_inline error_code take(ondemand::value value, uint8_t name_id) {
    // From the value's first byte to the next token: a scalar's token is all of it.
    std::string_view raw = value.raw_json_token();
    std::string_view text;
    uint8_t kind;
    if (auto error = check(value, 1, kind, text)) return error;
    if (kind == TFJSON_ARRAY || kind == TFJSON_OBJECT) {
      const char *next;
      if (auto error = value.current_location().get(next)) return error;
      // Behind the last token simdjson has one at the text's start: the line ends inside this value.
      if (next <= raw.data()) return INCOMPLETE_ARRAY_OR_OBJECT;
      raw = {raw.data(), static_cast<size_t>(next - raw.data())};
    }
    raw = trim_end(raw);
    // Field by field, in place: a copy of a member just written stalls on store forwarding (a third of the time).
    tfjson_member &member = members.emplace_back();
    member.value_start = offset(raw.data());
    member.value_end = offset(raw.data() + raw.size());
    member.text = text.data();
    member.text_length = static_cast<uint32_t>(text.size());
    member.kind = kind;
    member.name_id = name_id;
    named[name_id] = static_cast<int32_t>(members.size() - 1);
    return SUCCESS;
  }

  /// Walks over a value to its end: what On-Demand skips it does not check.
  simdjson_inline error_code check(ondemand::value value, int depth, uint8_t &kind, std::string_view &text) {
    ondemand::json_type type;
    if (auto error = value.type().get(type)) return error;
    switch (type) {
      case ondemand::json_type::array:
        kind = TFJSON_ARRAY;
        return check_array(value, depth + 1);
      case ondemand::json_type::object:
        kind = TFJSON_OBJECT;
        return check_object(value, depth + 1);
      case ondemand::json_type::string: {
        kind = TFJSON_STRING;
        std::string_view token = value.raw_json_token();
        return accept_lone_surrogates(value.get_string().get(text), token.data(), text);
      }
      default:
        return check_scalar(value, kind);
    }
  }

  simdjson_never_inline error_code check_array(ondemand::value value, int depth) {
    if (depth > max_depth) return DEPTH_ERROR;
    ondemand::array array;
    if (auto error = value.get_array().get(array)) return error;
    for (auto item : array) {
      ondemand::value element;
      if (auto error = std::move(item).get(element)) return error;
      uint8_t kind;
      std::string_view text;
      if (auto error = check(element, depth, kind, text)) return error;
    }
    return SUCCESS;
  }

  simdjson_never_inline error_code check_object(ondemand::value value, int depth) {
    if (depth > max_depth) return DEPTH_ERROR;
    ondemand::object object;
    if (auto error = value.get_object().get(object)) return error;
    for (auto item : object) {
      ondemand::field field;
      if (auto error = std::move(item).get(field)) return error;
      uint8_t kind;
      std::string_view text;
      if (auto error = read_name(field, text)) return error;
      if (auto error = check(field.value(), depth, kind, text)) return error;
    }
    return SUCCESS;
  }

  simdjson_inline error_code read_name(ondemand::field &field, std::string_view &name) {
    const char *quote = field.key().raw() - 1;
    return accept_lone_surrogates(unescaped_key(field, 0).get(name), quote, name);
  }

  simdjson_inline error_code accept_lone_surrogates(error_code error, const char *quote, std::string_view &text) {
    if (error != STRING_ERROR) return error;
    text = {};
    return has_valid_escapes(quote, limit) ? SUCCESS : STRING_ERROR;
  }

  simdjson_inline error_code check_scalar(ondemand::value value, uint8_t &kind) {
    std::string_view token = trim_end(value.raw_json_token());
    if (token == "null") {
      kind = TFJSON_NULL;
    } else if (token == "true") {
      kind = TFJSON_TRUE;
    } else if (token == "false") {
      kind = TFJSON_FALSE;
    } else if (is_number(token)) {
      kind = TFJSON_NUMBER;
    } else {
      return NUMBER_ERROR;
    }
    return SUCCESS;
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
  result.error = summarize(scanner->scan({text, length}, result.kind));
  result.members = scanner->members.data();
  result.named = scanner->named.data();
  result.count = result.error == TFJSON_OK ? scanner->members.size() : 0;
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
