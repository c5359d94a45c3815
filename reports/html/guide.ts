import { html, type Markup } from './markup.ts'
import { chip, section } from './pieces.ts'

/** How to read the page, for someone who sees one for the first time. */
export function guide(): Markup {
  const body = html`<dl class="guide">
<dt>${chip('fail')}</dt><dd>Data that was sent, or a log field that is not allowed, was seen where the promise forbids it. One sighting is enough.</dd>
<dt>${chip('inconclusive')}</dt><dd>Silence that proves nothing: no sink, no such traffic, a control that was not found again, or a bound that was hit. Each says what to do.</dd>
<dt>${chip('pass')}</dt><dd>Nothing was found by a sink that is shown to see. The bound says how often it could still happen: “0 of 120 exchanges; at most 2.5 % at 95 %”.</dd>
<dt>${chip('not-applicable')}</dt><dd>The promise has nothing to do with what this sink holds.</dd>
</dl>
<p><b>Canaries</b> are texts that occur nowhere else. Each is unique to one field of one request, so a sighting names the way that leaked. <b>Controls</b> are canaries that Lethe put into a sink itself, to prove that the sink sees. <b>Decoys</b> were never sent: whoever finds one finds ghosts, and the run is void.</p>
<p><b>Encoded</b> reads from the outside in: gzip → base64 is base64 inside a gzip container; offset and length are then those of the container and of the encoded canary.</p>
<p><b>Tiers</b> say with which rights a sink looked: T0 as an ordinary user, T1 as root or in CI, T2 from a helper container, T3 from afar.</p>
<p>The verdicts follow from the recorded run alone: <code>lethe judge RUN</code> gives them again, without the deployment, also against another profile.</p>`
  return section('guide', 'How to read this', null, body)
}
