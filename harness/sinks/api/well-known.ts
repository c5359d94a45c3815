/** An end-point by which a product is known to give data back: `{id}` stands for a request id. */
export interface WellKnownDoor {
  readonly path: string
  readonly of: string
}

/** GET only. To extend: add the path and the product (or the custom) that it comes from. */
export const WELL_KNOWN_DOORS: readonly WellKnownDoor[] = [
  { path: '/', of: 'any web server' },
  { path: '/openapi.json', of: 'FastAPI: vLLM, SGLang, LiteLLM' },
  { path: '/v1/openapi.json', of: 'FastAPI behind a prefix' },
  { path: '/swagger.json', of: 'Swagger 2' },
  { path: '/metrics', of: 'Prometheus: vLLM, TGI, llama.cpp, LiteLLM' },
  { path: '/slots', of: 'llama.cpp' },
  { path: '/props', of: 'llama.cpp' },
  { path: '/health', of: 'llama.cpp, vLLM' },
  { path: '/status', of: 'custom' },
  { path: '/debug', of: 'custom' },
  { path: '/debug/vars', of: 'Go expvar' },
  { path: '/debug/requests', of: 'Go x/net/trace' },
  { path: '/debug/events', of: 'Go x/net/trace' },
  { path: '/actuator/httptrace', of: 'Spring Boot 2' },
  { path: '/actuator/httpexchanges', of: 'Spring Boot 3' },
  { path: '/server-status', of: 'Apache httpd' },
  { path: '/log/stream', of: 'Portkey gateway' },
  { path: '/logs', of: 'custom' },
  { path: '/log', of: 'custom' },
  { path: '/api/logs', of: 'claude-code-router' },
  { path: '/api/logs/files', of: 'claude-code-router' },
  { path: '/api/config', of: 'claude-code-router' },
  { path: '/public/', of: 'Portkey gateway console' },
  { path: '/spend/logs', of: 'LiteLLM' },
  { path: '/global/spend/logs', of: 'LiteLLM' },
  { path: '/requests', of: 'recording mocks and gateways' },
  { path: '/v1/_requests', of: 'aimock' },
  { path: '/__aimock/journal', of: 'aimock' },
  { path: '/__aimock/fixtures?include=fixtures', of: 'aimock' },
  { path: '/__admin/requests', of: 'WireMock' },
  { path: '/journal', of: 'recording mocks' },
  { path: '/history', of: 'ComfyUI' },
  { path: '/queue', of: 'ComfyUI' },
  { path: '/api/history', of: 'ComfyUI behind a prefix' },
  { path: '/api/queue', of: 'ComfyUI behind a prefix' },
  { path: '/sdapi/v1/progress', of: 'stable-diffusion-webui' },
  { path: '/api/ps', of: 'Ollama' },
  { path: '/get_server_info', of: 'SGLang' },
  { path: '/v1/files', of: 'OpenAI API' },
  { path: '/v1/batches', of: 'OpenAI API' },
  { path: '/v1/responses', of: 'OpenAI API' },
  { path: '/v1/responses/{id}', of: 'OpenAI API' },
  { path: '/v1/responses/{id}/input_items', of: 'OpenAI API' },
  { path: '/v1/chat/completions', of: 'OpenAI API, stored completions' },
  { path: '/v1/chat/completions/{id}', of: 'OpenAI API, stored completions' },
  { path: '/v1/chat/completions/{id}/messages', of: 'OpenAI API, stored completions' },
  { path: '/v1/threads', of: 'OpenAI API' },
  { path: '/v1/conversations', of: 'OpenAI API' },
]

/** An end-point that lists what another one gives out. */
export interface Listing {
  /** answers with a JSON list of objects, by itself or under `data` */
  readonly list: string
  /** the property of each object that `door` takes */
  readonly key: string
  /** `{entry}` stands for the property's value */
  readonly door: string
  readonly of: string
}

/** GET only. Followed in each scan, since entries come while traffic runs. */
export const WELL_KNOWN_LISTINGS: readonly Listing[] = [
  { list: '/api/logs/files', key: 'path', door: '/api/logs?file={entry}', of: 'claude-code-router' },
  { list: '/v1/files', key: 'id', door: '/v1/files/{entry}/content', of: 'OpenAI API' },
  { list: '/v1/batches', key: 'output_file_id', door: '/v1/files/{entry}/content', of: 'OpenAI API' },
  {
    list: '/v1/chat/completions',
    key: 'id',
    door: '/v1/chat/completions/{entry}/messages',
    of: 'OpenAI API, stored completions',
  },
]
