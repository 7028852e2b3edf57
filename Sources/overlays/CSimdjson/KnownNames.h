/// Names that are recognised in a line, each by its number.
#ifndef KNOWN_NAMES_H
#define KNOWN_NAMES_H

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "CSimdjson.h"

namespace {

/// The first 16 bytes of a name, with zeros where it ends before: these and its length tell all but a few names apart.
struct name_head {
  uint64_t words[2];

  /// 16 bytes from the name's start can be read.
  explicit name_head(std::string_view name) {
    static const uint8_t edge[32] = {255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255};
    uint64_t mask[2];
    std::memcpy(mask, edge + 16 - std::min<size_t>(name.size(), 16), 16);
    std::memcpy(words, name.data(), 16);
    words[0] &= mask[0];
    words[1] &= mask[1];
  }

  bool operator==(const name_head &other) const {
    return ((words[0] ^ other.words[0]) | (words[1] ^ other.words[1])) == 0;
  }
};

/// Names that are recognised by their number in the list. They are in as many chains as there can be, nearly all of one
/// name: following one is a branch that the processor cannot foresee.
class known_names {
  struct known {
    std::string text;
    name_head head;
    uint8_t next;
  };

  std::vector<known> all;
  std::array<uint8_t, 1024> first;
  uint64_t factor = 0;

  size_t chain(const name_head &head) const { return (head.words[0] ^ head.words[1] * 31) * factor >> 54; }

  /// Puts the names into chains, and tells how many are not the first in theirs.
  size_t arrange(uint64_t by) {
    factor = by;
    first.fill(TFJSON_UNKNOWN);
    size_t behind = 0;
    for (size_t id = 0; id < all.size(); ++id) {
      uint8_t &start = first[chain(all[id].head)];
      behind += start != TFJSON_UNKNOWN;
      all[id].next = start;
      start = static_cast<uint8_t>(id);
    }
    return behind;
  }

 public:
  known_names(const char *const *list, size_t count) {
    for (size_t id = 0; id < count; ++id) {
      std::string text = list[id];
      text.reserve(16);
      all.push_back({text, name_head(text), TFJSON_UNKNOWN});
    }
    uint64_t best = 1, next = 1;
    size_t fewest = SIZE_MAX;
    for (int tries = 0; tries < 32 && fewest > 0; ++tries) {
      // Knuth's generator (MMIX).
      next = next * 6364136223846793005 + 1442695040888963407;
      if (size_t behind = arrange(next | 1); behind < fewest) fewest = behind, best = next | 1;
    }
    arrange(best);
  }

  size_t count() const { return all.size(); }

  /// The number of a name, of whose start 16 bytes can be read.
  uint8_t number(std::string_view name) const {
    name_head head(name);
    uint8_t id = first[chain(head)];
    while (id != TFJSON_UNKNOWN && !is(all[id], name, head)) id = all[id].next;
    return id;
  }

 private:
  static bool is(const known &known, std::string_view name, const name_head &head) {
    if (!(known.head == head) || known.text.size() != name.size()) return false;
    return name.size() <= 16 || std::memcmp(known.text.data(), name.data(), name.size()) == 0;
  }
};

}  // namespace

#endif
