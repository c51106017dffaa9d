// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/demo/check.hpp"

#include <iomanip>

#include "gateway/cli/demo/cases.hpp"
#include "gateway/cli/demo/chain_links.hpp"
#include "gateway/cli/demo/fetch.hpp"
#include "gateway/cli/demo/links.hpp"

namespace signgate::cli::demo {
namespace {

/// The header of a browser that asks for a page.
const Headers& page_headers() {
  static const Headers headers{{"User-Agent", "signgate-demo"},
                               {"Accept", "text/html,application/xhtml+xml"}};
  return headers;
}

/// The key of the object that a link leads to: its path without the slash in front.
std::string object_of(const std::string& link) {
  const auto begin = link.find('/', link.find("://") + 3) + 1;
  return link.substr(begin, link.find_first_of("?#", begin) - begin);
}

std::string without_origin(const std::string& link) {
  return link.substr(link.find('/', link.find("://") + 3));
}

class Walk {
 public:
  Walk(const Places& places, const Media& media, const signing::SigningKey& key,
       bool (*is_interrupted)(), std::ostream& out, std::ostream& problems)
      : places_(places),
        media_(media),
        key_(key),
        is_interrupted_(is_interrupted),
        out_(out),
        problems_(problems) {}

  bool run() {
    const auto links = read_gallery();
    open_each(links);
    for (const auto& refusal : cases().subspan(1))
      refuse_each(refusal, links);
    read_cover();
    read_proof();
    read_chain();
    return held_;
  }

 private:
  void problem(const std::string& text) {
    held_ = false;
    problems_ << "problem: " << text << '\n';
  }

  [[nodiscard]] bool go_on() {
    if (!is_interrupted_()) return true;
    if (held_) problem("interrupted");
    return false;
  }

  /// The body of a page, or nothing after a problem.
  std::string read_page(const std::string& url) {
    const auto page = fetch_now(url, page_headers());
    if (!page) {
      problem(url + ": " + page.error().detail);
      return {};
    }
    if (page->status != 200) {
      problem(url + ": answered " + std::to_string(page->status) + " in place of 200");
      return {};
    }
    return page->body;
  }

  /// The signed links of the gallery. The application's own page says how many links there are to
  /// sign.
  std::vector<std::string> read_gallery() {
    const auto written = read_page(places_.origin_url() + "/");
    const auto passed = read_page(places_.site_url() + "/");
    auto links = private_links(passed, places_.private_prefix());
    const auto plain = count(written, "/private/");
    const auto changed = count(passed, places_.private_prefix());
    const auto all = count(passed, "/private/");
    out_ << "The page  " << places_.site_url() << "/\n  the application wrote " << plain
         << " private links; " << changed << " came out of the gateway with the edge's address, "
         << links.size() << " different ones\n\n";
    if (plain == 0) problem("the application's page holds no private link");
    if (changed != plain || all != plain) {
      problem("of " + std::to_string(plain) + " private links, " + std::to_string(changed) +
              " came out with the edge's address, and " + std::to_string(all) + " in all");
    }
    std::erase_if(links, [this](const std::string& link) {
      if (is_signed(link)) return false;
      problem("not signed: " + link);
      return true;
    });
    return links;
  }

  /// Asks the edge; nothing after a problem.
  std::optional<EdgeAnswer> ask(CaseKind kind, const std::string& link, std::string* body) {
    const auto attempt = make_attempt(kind, link, places_, key_, unix_now());
    if (!attempt) {
      problem(attempt.error().message + ": " + shortened(link));
      return std::nullopt;
    }
    auto fetched = fetch_now(attempt->url, attempt->headers());
    if (!fetched) {
      problem(fetched.error().detail + ": " + shortened(attempt->url));
      return std::nullopt;
    }
    auto answer = read_edge_answer(*fetched);
    if (body != nullptr) *body = std::move(fetched->body);
    return answer;
  }

  void open_each(const std::vector<std::string>& links) {
    const Case& wanted = cases().front();
    out_ << "Each link, opened with Referer: " << places_.referer() << '\n';
    for (const auto& link : links) {
      if (!go_on()) return;
      std::string body;
      const auto answer = ask(wanted.kind, link, &body);
      if (!answer) continue;
      out_ << "  " << std::left << std::setw(31) << describe(*answer) << ' '
           << without_origin(shortened(link)) << '\n';
      if (!is_due(wanted, *answer)) {
        problem(describe(*answer) + " in place of 200: " + shortened(link));
        continue;
      }
      const auto object = media_.find(object_of(link));
      const std::string type = link.find(".wav") == std::string::npos ? "image/png" : "audio/";
      if (object == media_.end() || object->second != body || !answer->type.starts_with(type)) {
        problem("not the object that was asked for: " + shortened(link));
      }
    }
    out_ << '\n';
  }

  void refuse_each(const Case& wanted, const std::vector<std::string>& links) {
    std::size_t due = 0;
    std::string reason;
    for (const auto& link : links) {
      if (!go_on()) return;
      const auto answer = ask(wanted.kind, link, nullptr);
      if (!answer) continue;
      if (reason.empty()) reason = answer->reason;
      if (is_due(wanted, *answer)) {
        ++due;
      } else {
        problem(std::string(wanted.title) + ": " + describe(*answer) + " in place of " +
                std::to_string(wanted.status) + " " + std::string(wanted.code) + " \"" +
                std::string(wanted.message) + "\": " + shortened(link));
      }
    }
    out_ << std::left << std::setw(33) << wanted.title << std::right << std::setw(3) << due
         << " of " << links.size() << "  " << wanted.status << ' ' << wanted.code << " \""
         << wanted.message << "\"\n";
    if (!reason.empty()) out_ << "    for example: " << reason << '\n';
  }

  void read_cover() {
    if (!go_on()) return;
    const auto cover = read_page(places_.site_url() + "/media/public/morning-640.png");
    const auto drawn = media_.find("public/morning-640.png");
    if (cover.empty() || drawn == media_.end() || cover != drawn->second) {
      problem("the public cover did not come through as it was drawn");
    } else {
      out_ << "\nThe public cover came through unsigned, byte for byte.\n";
    }
  }

  void read_proof() {
    if (!go_on()) return;
    const auto page = read_page(places_.site_url() + "/proof");
    std::size_t shown = 0;
    for (const auto& one : cases()) {
      const auto card = page.find("id=\"" + std::string(one.slug) + "\"");
      if (card == std::string::npos) continue;
      const auto status = page.find("<b>" + std::to_string(one.status) + "</b>", card);
      if (status != std::string::npos && status < page.find("</article>", card)) ++shown;
    }
    if (shown != cases().size()) {
      problem("the proof page shows " + std::to_string(shown) + " due answers of " +
              std::to_string(cases().size()));
    } else {
      out_ << "The proof page shows all " << shown << " answers.\n";
    }
  }

  /// Clicks every link of the chain's page and compares what lights up with what has to.
  void read_chain() {
    if (!go_on()) return;
    const auto page = read_page(places_.site_url() + "/chain");
    for (std::size_t i = 0; i < check_count; ++i) {
      const std::string name(check_name(static_cast<Check>(i)));
      if (count(page, "data-check=\"" + name + '"') != 1)
        problem("the chain's picture does not show the check " + name + " once");
    }
    out_ << "\nThe picture of the chain  " << places_.site_url() << "/chain\n";
    std::size_t due = 0;
    for (const auto& link : chain_links()) {
      if (!go_on()) return;
      if (count(page, "data-link=\"" + std::string(link.slug) + '"') != 1)
        problem("the chain's page does not offer the link " + std::string(link.slug) + " once");
      if (click(link)) ++due;
    }
    out_ << "The right checks lit up for " << due << " of " << chain_links().size() << " links.\n";
  }

  bool click(const ChainLink& link) {
    const auto told =
        read_page(places_.site_url() + "/chain/ask?visit=check&link=" + std::string(link.slug));
    const auto wanted = due_lights(link);
    std::string wrong;
    std::string failed = link.is_hit ? "opens from the cache" : "opens";
    for (std::size_t i = 0; i < check_count; ++i) {
      const auto check = static_cast<Check>(i);
      const std::string name(check_name(check));
      const std::string light(light_name(wanted[i]));
      if (told.find("\"check\":\"" + name + "\",\"light\":\"" + light + '"') == std::string::npos)
        wrong += " " + name + " is not " + light + ";";
      if (wanted[i] == Light::failed) failed = "fails at " + name;
    }
    if (told.empty()) return false;
    out_ << "  " << std::left << std::setw(36) << link.title << ' '
         << (wrong.empty() ? failed : "WRONG:" + wrong) << '\n';
    if (!wrong.empty()) problem("the chain, " + std::string(link.title) + ':' + wrong);
    return wrong.empty();
  }

  const Places& places_;
  const Media& media_;
  const signing::SigningKey& key_;
  bool (*is_interrupted_)();
  std::ostream& out_;
  std::ostream& problems_;
  bool held_ = true;
};

}  // namespace

bool check(const Places& places, const Media& media, const signing::SigningKey& key,
           bool (*is_interrupted)(), std::ostream& out, std::ostream& problems) {
  return Walk(places, media, key, is_interrupted, out, problems).run();
}

}  // namespace signgate::cli::demo
