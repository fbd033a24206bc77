"""HTML to clean: hostile, broken and harmless."""

PICTURE = "pictures/" + "0123456789abcdef" * 4

HOSTILE = [
    "<p>好<script>alert(1)</script></p>",
    "<img src=x onerror=alert(1)>",
    "<a href='javascript:alert(1)'>链</a>",
    "<a href='java\tscript:alert(1)'>链</a>",
    "<a href=' javascript:alert(1)'>链</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>链</a>",
    "<a href='//canary.invalid/'>链</a>",
    "<a href='https:canary.invalid'>链</a>",
    "<svg onload=alert(1)><p>x",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<p style='background:url(http://canary.invalid/x)' class=x id=y name=z data-a=b>文</p>",
    "<form action=http://canary.invalid><input name=p></form>",
    "<base href=http://canary.invalid>",
    "<meta http-equiv=refresh content='0;url=http://canary.invalid'>",
    "<o:p>word</o:p><![if !mso]><script>alert(1)</script><![endif]>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<textarea><script>alert(1)</script></textarea>",
    "<xmp><img src=x onerror=alert(1)></xmp>",
    "<p>a<!-- <img src=x onerror=alert(1)> --!>b</p>",
    "<template><script>alert(1)</script></template>",
    f"<img src='{PICTURE}?x' alt=a><img src='/{PICTURE}'>",
]

HUGE = {
    "nested blocks": "<div>" * 20_000 + "x",
    "nested blocks with paragraphs": "<div><p>x" * 20_000,
    "nested lists": "<ul><li>" * 20_000 + "x",
    "nested tables": "<table><tr><td>x" * 15_000,
    "ends that reach out of a cell": "<div><table><tr><td>x</div></table>" * 20_000,
    "unclosed formats before many paragraphs": "".join(f"<font color={n}>" for n in range(8_000)) + "<p>x" * 8_000,
    "unclosed formats": "<b><i>" * 20_000 + "x",
    "unclosed links": "".join(f"<a href=http://a.example/{n}><p>x" for n in range(4_000)),
    "ampersands": "&" * 60_000,
    "angle brackets": "<" * 60_000,
    "open quotes": "<a b='" * 20_000,
    "open comments": "<!--" * 100_000,
    "wide row": "<table><tr>" + "<td><b>x" * 8_000,
    "notes": "<sup id=fn1>x</sup><a href='#fn1'>y</a>" * 6_000,
}
