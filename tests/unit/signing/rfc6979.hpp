// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "signing/algorithm.hpp"

/// The P-256 part of RFC 6979, appendix A.2.5.
namespace signgate::signing::rfc6979 {

inline constexpr std::string_view secret =
    "C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721";
inline constexpr std::string_view public_point =
    "60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6"
    "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299";

struct Case {
  HashAlgorithm hash;
  std::string_view message;
  std::string_view k;
  std::string_view r;
  std::string_view s;
};

inline constexpr std::array<Case, 4> cases = {
    {{HashAlgorithm::sha1, "sample",
      "882905F1227FD620FBF2ABF21244F0BA83D0DC3A9103DBBEE43A1FB858109DB4",
      "61340C88C3AAEBEB4F6D667F672CA9759A6CCAA9FA8811313039EE4A35471D32",
      "6D7F147DAC089441BB2E2FE8F7A3FA264B9C475098FDCF6E00D7C996E1B8B7EB"},
     {HashAlgorithm::sha256, "sample",
      "A6E3C57DD01ABE90086538398355DD4C3B17AA873382B0F24D6129493D8AAD60",
      "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716",
      "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8"},
     {HashAlgorithm::sha1, "test",
      "8C9520267C55D6B980DF741E56B4ADEE114D84FBFA2E62137954164028632A2E",
      "0CBCC86FD6ABD1D99E703E1EC50069EE5C0B4BA4B9AC60E409E8EC5910D81A89",
      "01B9D7B73DFAA60D5651EC4591A0136F87653E0FD780C3B1BC872FFDEAE479B1"},
     {HashAlgorithm::sha256, "test",
      "D16B6AE827F17175E040871A1C7EC3500192C4C92677336EC2537ACAEE0008E0",
      "F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367",
      "019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083"}}};

/// bytes is the hexadecimal text as bytes.
inline std::string bytes(std::string_view hex) {
  std::string out;
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'A' + 10; };
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    out += static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1]));
  return out;
}

/// integer is one of the numbers in DER.
inline std::string integer(std::string_view hex) {
  std::string number = bytes(hex);
  while (number.size() > 1 && number[0] == 0 && static_cast<signed char>(number[1]) >= 0)
    number.erase(0, 1);
  if (static_cast<signed char>(number[0]) < 0) number.insert(0, 1, '\0');
  return std::string("\x02") + static_cast<char>(number.size()) + number;
}

/// signature is the case's signature in DER.
inline std::string signature(const Case& each) {
  const std::string numbers = integer(each.r) + integer(each.s);
  return std::string("\x30") + static_cast<char>(numbers.size()) + numbers;
}

/// key_file is the key in SEC1 DER.
inline std::string key_file() {
  return bytes("30770201010420") + bytes(secret) + bytes("A00A06082A8648CE3D030107A14403420004") +
         bytes(public_point);
}

}  // namespace signgate::signing::rfc6979
