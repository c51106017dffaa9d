# SPDX-License-Identifier: Apache-2.0
"""Feeds, sitemaps, pictures, playlists and manifests whose links to private media leave signed: each is verified by `signgate
verify`, and the rest is byte for byte the origin's."""

import re
import xml.etree.ElementTree as ElementTree

from harness import main, signgate
from rewriting import CONFIGURATION, EDGE, RewritingTest, SIGNED_URL, signed_urls

# `@` begins a link to private media, which `~` ends.
PLAYLIST = """#EXTM3U
#EXT-X-VERSION:9
#EXT-X-KEY:METHOD=AES-128,URI="@keys/1~",IV=0x1
#EXT-X-SESSION-DATA:DATA-ID="a, URI=",URI="@session.json~"
#EXT-X-MAP:URI="@init.mp4~",BYTERANGE="720#0"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="x, y",URI="@audio.m3u8~"
#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,URI="@iframes.m3u8~"
#EXTINF:4.0,/media/private/no.ts
#EXT-X-BYTERANGE:1000#720
@1.ts~
# /media/private/no.ts
#EXT-X-PART:DURATION=1,URI="@2.0.m4s~",INDEPENDENT=YES
#EXT-X-PRELOAD-HINT:TYPE=PART,URI="@2.1.m4s~"
/media/public/3.ts
https://www.example.com/4.ts
data:video/mp2t,/media/private/no
@5.ts~"""

FEED = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE rss [<!ENTITY no "/media/private/no">]>
<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"
  xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>/media/private is private</title>
<link>https://www.example.com/</link><itunes:image href="@cover.jpg~"/><image><url>@logo.png~</url></image>
<!-- <link>/media/private/no</link> -->
<item><title>caf\u00e9 &amp; more</title><guid isPermaLink="false">/media/private/no</guid>
<link><![CDATA[@page.html~]]></link><enclosure url='@a.mp3~' length="1" type="audio/mpeg"/>
<description>&lt;p&gt;&lt;img src="@1.jpg~" alt="/media/private/no"&gt; &amp;amp; text&lt;/p&gt;</description>
<content:encoded><![CDATA[<p>/media/private/no <img src="@2.jpg~" srcset="@3.jpg~ 1x, /media/public/4.jpg 2x"></p>]]></content:encoded>
<media:content url="@m.mp4~" medium="video"><media:thumbnail url="@t.jpg~"/></media:content></item></channel></rss>
"""

SVG = """<svg xmlns="http://www.w3.org/2000/svg" xmlns:l="http://www.w3.org/1999/xlink"><style>.a{fill:url(@1.svg~)}</style>
<image l:href="@2.jpg~"/><use href="#a"/><text>/media/private/no</text><rect style='fill:url("@3.svg~")'/>
<rect fill="url('@4.svg~#a') none" mask="url(#b)" data-mask="url(/media/private/no)" cursor='url("@5.png~") 2 2, auto'/></svg>"""

MANIFEST = """<MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><Location>@live.mpd~</Location><BaseURL>/media/private/</BaseURL>
<Period><AdaptationSet><Representation id="1"><BaseURL>@v1.mp4~</BaseURL></Representation>
<Representation id="2"><SegmentList><Initialization sourceURL="@i.mp4~"/><SegmentURL media='@1.m4s~'/></SegmentList></Representation>
<SegmentTemplate media="$Number$.m4s"/></AdaptationSet></Period></MPD>
"""

SUBTITLES = """WEBVTT

NOTE https://media.example.com/private/no.jpg

STYLE
::cue { background: url(@s.png~) }

/media/private/no.jpg
00:00.000 --> 00:05.000
@t.jpg~#xywh=0,0,160,90
Hello, see /media/private/no.jpg
"""

TEXT = """Files: @1.jpg~, (@2.jpg~) and "@3.jpg~".
media/private/no.jpg x=/media/private/no.jpg
@4.jpg~
"""


def written(text):
    """The document as the origin has it, and how many links it has."""
    return text.replace("@", "/media/private/").replace("~", "").encode(), text.count("@")


class FormatTest(RewritingTest):
    def rewritten(self, text, content_type):
        body, count = written(text)
        self.origin.on("/page", self.page(body, content_type=content_type))
        got = self.gateway.get("/page").body
        urls = signed_urls(got)
        self.assertEqual(len(urls), count)
        self.assertEqual([url.removeprefix(EDGE).partition("?")[0] for url in urls], re.findall("@([^~]*)~", text))
        for url in urls:
            verdict = self.verify(url)
            self.assertEqual((verdict.returncode, verdict.stdout.strip()), (0, "allowed"), f"{url}: {verdict.stderr}")
        # SIGNED_URL takes one level of entities, HTML within XML has two.
        return got

    def expect_only_links_changed(self, text, content_type):
        got = self.rewritten(text, content_type)
        self.assertEqual(SIGNED_URL.sub(b"<>", got).decode(), re.sub("@[^~]*~", "<>", text))
        return got


class MediaFormats(FormatTest):
    def test_playlists(self):
        for content_type in ("application/vnd.apple.mpegurl", "application/x-mpegURL", "audio/mpegurl", "audio/x-mpegurl"):
            self.expect_only_links_changed(PLAYLIST, content_type)
        self.expect_only_links_changed(PLAYLIST.replace("\n", "\r\n"), "application/vnd.apple.mpegurl; charset=utf-8")

    def test_segments_relative_to_the_playlist_become_absolute(self):
        self.origin.on("/media/private/v/1.m3u8", self.page(b"#EXTM3U\n1.ts\n../2.ts\n../../3.ts\n{$x}.ts\n",
                                                            content_type="application/vnd.apple.mpegurl"))
        lines = self.gateway.get("/media/private/v/1.m3u8").body.decode().split("\n")
        self.assertEqual([line.partition("?")[0] for line in lines],
                         ["#EXTM3U", EDGE + "v/1.ts", EDGE + "2.ts", "../../3.ts", "{$x}.ts", ""])
        for line in lines[1:3]:
            self.assertEqual(self.verify(line).returncode, 0, line)

    def expect_same_tree(self, before, after):
        """But for the links, the parsers of both see the same."""
        def events(document):
            for element in ElementTree.fromstring(document).iter():
                yield element.tag, element.text, element.tail, sorted(element.attrib.items())

        def unsigned(value):
            if isinstance(value, list):
                return [(name, unsigned(text)) for name, text in value]
            return SIGNED_URL.sub(lambda url: b"/media/private/" + url.group(0)[len(EDGE):].partition(b"?")[0],
                                  value.encode()).decode() if value else value

        changed = [[unsigned(value) for value in event] for event in events(after)]
        self.assertEqual(changed, [list(event) for event in events(before)])

    def test_xml(self):
        for text, content_type in ((FEED, "application/rss+xml; charset=utf-8"), (FEED, "text/xml"), (FEED, "application/xml"),
                                   (SVG, "image/svg+xml")):
            body, count = written(text)
            self.origin.on("/page", self.page(body, content_type=content_type))
            got = self.gateway.get("/page").body
            # HTML in an element's text is escaped once more.
            plain = got.replace(b"&amp;amp;Signature", b"&amp;Signature").replace(b"&amp;amp;Key-", b"&amp;Key-")
            urls = signed_urls(plain)
            self.assertEqual([url.removeprefix(EDGE).partition("?")[0] for url in urls], re.findall("@([^~]*)~", text))
            self.assertEqual(len(urls), count)
            for url in urls:
                self.assertEqual(self.verify(url).returncode, 0, url)
            self.assertEqual(SIGNED_URL.sub(b"<>", plain).decode(), re.sub("@[^~]*~", "<>", text))
            self.expect_same_tree(body, got)

    def test_svg_within_html(self):
        self.expect_only_links_changed('<p fill="url(/media/private/no)">' + SVG.replace(" l:href", " xlink:href"), "text/html")

    def test_html_in_a_feed_is_html_once_it_is_unescaped(self):
        body, _ = written(FEED)
        self.origin.on("/page", self.page(body, content_type="application/rss+xml"))
        description = ElementTree.fromstring(self.gateway.get("/page").body).find("channel/item/description").text
        url, = signed_urls(description.encode())
        self.assertEqual(self.verify(url).returncode, 0, url)
        self.assertEqual(SIGNED_URL.sub(b"@", description.encode()),
                         b'<p><img src="@" alt="/media/private/no"> &amp; text</p>')

    def test_manifests(self):
        body, _ = written(MANIFEST)
        self.expect_same_tree(body, self.expect_only_links_changed(MANIFEST, "application/dash+xml"))

    def test_plain_text_and_subtitles_stay(self):
        for content_type in ("text/plain", "text/vtt"):
            body = b"WEBVTT\n\n00:00.000 --> 00:01.000\nhttps://media.example.com/private/x.jpg\n<img src=\"/media/private/x\">\n"
            self.origin.on("/page", self.page(body, content_type=content_type))
            self.assertEqual(self.gateway.get("/page").body, body)

    def test_what_is_not_well_formed_passes(self):
        body = b"<a href='/media/private/1.jpg' <b>& &x; <![CDATA[ <c href=\"\xff\xfe</d><!-- /media/private/2.jpg"
        self.origin.on("/page", self.page(body, content_type="application/xml"))
        got = self.gateway.get("/page").body
        self.assertEqual(SIGNED_URL.sub(b"/media/private/1.jpg", got), body)
        self.assertEqual(len(signed_urls(got)), 1)


class SignedTypes(FormatTest):
    """What is looked into where `sign_types` lists it, beside the rest."""
    configuration = CONFIGURATION.replace('sign = ["photos"]', 'sign = ["photos"]\nsign_types = ["text/vtt", "text/plain"]', 1)

    def test_they_stay_in_other_routes(self):
        self.origin.on("/unsigned/page", self.page(b"/media/private/x.jpg", content_type="text/plain"))
        self.assertEqual(self.gateway.get("/unsigned/page").body, b"/media/private/x.jpg")
        self.origin.on("/films-page", self.page(b"/films/x.mp4", content_type="text/plain"))
        self.assertEqual(self.gateway.get("/films-page").body, b"/films/x.mp4")

    def test_subtitles(self):
        self.expect_only_links_changed(SUBTITLES, "text/vtt")
        self.expect_only_links_changed(SUBTITLES.replace("\n", "\r\n"), "text/vtt; charset=utf-8")

    def test_thumbnails_relative_to_their_track_become_absolute(self):
        self.origin.on("/media/private/v/1.vtt", self.page(b"WEBVTT\n\n00:00.000 --> 00:05.000\nsprite.jpg#xywh=0,0,160,90\n",
                                                           content_type="text/vtt"))
        line = self.gateway.get("/media/private/v/1.vtt").body.decode().split("\n")[3]
        url, fragment = line.split("#")
        self.assertEqual((url.partition("?")[0], fragment), (EDGE + "v/sprite.jpg", "xywh=0,0,160,90"))
        self.assertEqual(self.verify(url).returncode, 0, url)

    def test_plain_text(self):
        self.expect_only_links_changed(TEXT, "text/plain")
        self.expect_only_links_changed("https://www.example.com/a\n" + TEXT, "Text/Plain; charset=utf-8")

    def test_a_type_that_needs_no_mention_is_told(self):
        wrong = self.folder / "wrong.toml"
        wrong.write_text(self.configuration.replace('"text/plain"]', '"text/css"]'))
        done = signgate("check", "-c", wrong)
        self.assertEqual(done.returncode, 1)
        self.assertIn('sign_types has "text/css": "text/vtt" and "text/plain" are legal', done.stdout + done.stderr)


class Templates(RewritingTest):
    """Of a rule with `policy = "prefix"` one signature opens all segments of a template."""
    configuration = CONFIGURATION + """
[media.streams]
links = ["/streams/"]
target = "https://d666666abcdef8.cloudfront.net/s/"
key = ["KRSA"]
policy = "prefix"
scope = 1
[[server.route]]
location = "/streams-page"
proxy_pass = "http://origin"
sign = ["streams"]
"""
    target = "https://d666666abcdef8.cloudfront.net/s/"

    def template(self, media, base="/streams/"):
        """What becomes of the template."""
        body = (f'<MPD><BaseURL>{base}</BaseURL><SegmentTemplate startNumber="1" media="{media}"'
                ' initialization="7/init.mp4"/></MPD>')
        self.origin.on("/streams-page", self.page(body.encode(), content_type="application/dash+xml"))
        got = self.gateway.get("/streams-page").body
        self.expect_well_formed(got)
        return ElementTree.fromstring(got).find("SegmentTemplate").get("media")

    def expect_well_formed(self, body):
        ElementTree.fromstring(body)

    def test_a_template_is_signed_for_all_its_segments(self):
        template = self.template("7/$RepresentationID$/$Number%05d$.m4s?t=$Time$&amp;x=1")
        path = self.target + "7/$RepresentationID$/$Number%05d$.m4s?t=$Time$&x=1&"
        self.assertTrue(template.startswith(path + "Policy="), template)
        for name, number, time in (("v1", 1, 0), ("v2", 12345, 90000)):
            url = (template.replace("$RepresentationID$", name).replace("$Number%05d$", f"{number:05}")
                   .replace("$Time$", str(time)))
            self.assertEqual(self.verify(url).returncode, 0, url)
        self.assertEqual(self.verify(url.replace("/s/7/", "/s/8/")).returncode, 1)

    def test_a_template_whose_scope_would_hold_a_placeholder_stays(self):
        for media in ("$RepresentationID$/$Number$.m4s", "$Number$.m4s", "7$Number$/1.m4s"):
            self.assertEqual(self.template(media), media)

    def test_a_template_of_another_rule_stays(self):
        self.assertEqual(self.template("7/$Number$.m4s", base="/media/private/"), "7/$Number$.m4s")
        body = b'<MPD><SegmentTemplate media="/media/private/$Number$.m4s"/></MPD>'
        self.origin.on("/page", self.page(body, content_type="application/dash+xml"))
        self.assertEqual(self.gateway.get("/page").body, body)


if __name__ == "__main__":
    main()
