# cmake -DOUT=FILE.cpp -DROOT=DIR -DNAMES=a;b -P embed.cmake: the named files below DIR as byte arrays in one C++
# source, so that `signgate demo` needs no file beside itself.
set(bodies "")
set(rows "")
set(number 0)
foreach(name IN LISTS NAMES)
  file(READ ${ROOT}/${name} hex HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${hex}")
  string(APPEND bodies "constexpr char file_${number}[] = {${bytes}};\n")
  string(APPEND rows "    {\"${name}\", {file_${number}, sizeof file_${number}}},\n")
  math(EXPR number "${number} + 1")
endforeach()
file(WRITE ${OUT} "// Made by gateway/cli/demo/embed.cmake from conf/demo.
#include \"gateway/cli/demo/site_files.hpp\"

#include \"gateway/base/check.hpp\"

namespace signgate::cli::demo {
namespace {

${bodies}
struct File {
  std::string_view name;
  std::string_view bytes;
};
constexpr File files[] = {
${rows}};

}  // namespace

std::string_view site_file(std::string_view name) {
  for (const auto& file : files) {
    if (file.name == name) return file.bytes;
  }
  SIGNGATE_CHECK(false);
}

}  // namespace signgate::cli::demo
")
