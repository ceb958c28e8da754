#include <node_api.h>

#include <cstdlib>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>

#include "crew.h"

/**
 * The border to JavaScript:
 *
 *   widths(): number[]                      vector widths, in floats, that this processor has, the greatest last
 *   create(width, maxBatch, group, bytes, threads, scratch, names, code, isTimed): [crew, memory]
 *   run(crew, command, n)
 *   spent(crew): number[]
 *   close(crew)
 *   peak(width): number                     GFLOP/s of multiplications and additions alone
 */
namespace assay {
namespace {

constexpr size_t CACHE_LINE = 64;

struct Failure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/** @throws Failure unless a call of Node-API went well */
void must(napi_status status) {
  if (status != napi_ok) throw Failure("an argument of the addon is of another type");
}

double numberOf(napi_env env, napi_value value) {
  double number;
  must(napi_get_value_double(env, value, &number));
  return number;
}

/** A whole number between the limits. */
int intOf(napi_env env, napi_value value, int least, int greatest) {
  const double number = numberOf(env, value);
  if (!(number >= least && number <= greatest) || number != static_cast<int>(number)) throw Failure("a number is out of range");
  return static_cast<int>(number);
}

struct Doubles {
  const double* data;
  size_t length;
};

Doubles doublesOf(napi_env env, napi_value value) {
  napi_typedarray_type type;
  size_t length;
  void* data;
  must(napi_get_typedarray_info(env, value, &type, &length, &data, nullptr, nullptr));
  if (type != napi_float64_array) throw Failure("not a Float64Array");
  return {static_cast<const double*>(data), length};
}

std::vector<std::string> stringsOf(napi_env env, napi_value value) {
  uint32_t length;
  must(napi_get_array_length(env, value, &length));
  std::vector<std::string> strings(length);
  for (uint32_t i = 0; i < length; i++) {
    napi_value element;
    char text[64];
    size_t size;
    must(napi_get_element(env, value, i, &element));
    must(napi_get_value_string_utf8(env, element, text, sizeof text, &size));
    strings[i].assign(text, size);
  }
  return strings;
}

napi_value arrayOf(napi_env env, const std::vector<double>& numbers) {
  napi_value array;
  must(napi_create_array_with_length(env, numbers.size(), &array));
  for (size_t i = 0; i < numbers.size(); i++) {
    napi_value number;
    must(napi_create_double(env, numbers[i], &number));
    must(napi_set_element(env, array, static_cast<uint32_t>(i), number));
  }
  return array;
}

std::vector<double> widths() {
#if defined(__x86_64__)
  std::vector<double> all;
  if (__builtin_cpu_supports("sse4.1") && __builtin_cpu_supports("popcnt")) all.push_back(4);
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("popcnt")) all.push_back(8);
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")) {
    all.push_back(16);
  }
  return all;
#else
  return {4};
#endif
}

int widthOf(napi_env env, napi_value value) {
  const int width = intOf(env, value, 4, 16);
  for (const double candidate : widths()) {
    if (candidate == width) return width;
  }
  throw Failure("this processor has no vectors of that width");
}

/** Memory and threads; the memory lives as long as JavaScript sees it. */
struct Handle {
  std::shared_ptr<char> memory;
  std::unique_ptr<Crew> crew;
};

Handle& handleOf(napi_env env, napi_value value) {
  void* data;
  must(napi_get_value_external(env, value, &data));
  Handle& handle = *static_cast<Handle*>(data);
  if (handle.crew == nullptr) throw Failure("the crew has ended");
  return handle;
}

std::shared_ptr<char> allocate(size_t bytes) {
  const size_t rounded = (bytes + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE;
  char* memory = static_cast<char*>(std::aligned_alloc(CACHE_LINE, rounded));
  if (memory == nullptr) throw Failure("no memory");
  memset(memory, 0, rounded);
  return {memory, std::free};
}

napi_value create(napi_env env, const napi_value* given) {
  Source source{};
  source.width = widthOf(env, given[0]);
  source.maxBatch = intOf(env, given[1], 1, 1 << 24);
  source.group = intOf(env, given[2], 1, 1 << 24);
  source.bytes = intOf(env, given[3], 1, INT32_MAX);
  const int threads = intOf(env, given[4], 1, 64);
  const Doubles scratch = doublesOf(env, given[5]);
  if (scratch.length != size_t{2} * SCRATCH_AREAS * threads) throw Failure("working memory for other threads");
  for (const double* next = scratch.data; next < scratch.data + scratch.length;) {
    std::vector<Area>& areas = source.scratch.emplace_back();
    for (int area = 0; area < SCRATCH_AREAS; area++, next += 2) {
      areas.push_back({static_cast<Address>(next[0]), static_cast<int64_t>(next[1])});
    }
  }
  const std::vector<std::string> names = stringsOf(env, given[6]);
  for (const std::string& name : names) source.names.push_back(name.c_str());
  const Doubles code = doublesOf(env, given[7]);
  source.code = code.data;
  source.codeLength = static_cast<int>(code.length);
  bool isTimed;
  must(napi_get_value_bool(env, given[8], &isTimed));

  std::vector<Command> commands = makeProgram(source);
  auto handle = std::make_unique<Handle>();
  handle->memory = allocate(source.bytes);
  handle->crew = std::make_unique<Crew>(std::move(commands), source, handle->memory.get(), isTimed);

  napi_value result, external, buffer;
  must(napi_create_array_with_length(env, 2, &result));
  auto* shared = new std::shared_ptr<char>(handle->memory);
  const auto release = [](napi_env, void*, void* hint) { delete static_cast<std::shared_ptr<char>*>(hint); };
  must(napi_create_external_arraybuffer(env, shared->get(), source.bytes, release, shared, &buffer));
  const auto end = [](napi_env, void* data, void*) { delete static_cast<Handle*>(data); };
  must(napi_create_external(env, handle.release(), end, nullptr, &external));
  must(napi_set_element(env, result, 0, external));
  must(napi_set_element(env, result, 1, buffer));
  return result;
}

napi_value run(napi_env env, const napi_value* given) {
  const Handle& handle = handleOf(env, given[0]);
  const int command = intOf(env, given[1], 0, handle.crew->commandCount() - 1);
  handle.crew->run(command, intOf(env, given[2], 0, handle.crew->maxBatch()));
  return nullptr;
}

napi_value spent(napi_env env, const napi_value* given) { return arrayOf(env, handleOf(env, given[0]).crew->spent()); }

napi_value close(napi_env env, const napi_value* given) {
  handleOf(env, given[0]).crew = nullptr;
  return nullptr;
}

napi_value widthsOf(napi_env env, const napi_value*) { return arrayOf(env, widths()); }

napi_value peak(napi_env env, const napi_value* given) {
  constexpr int TURNS = 200'000;
  const int width = widthOf(env, given[0]);
  double best = 0;
  for (int i = 0; i < 40; i++) {
    const auto start = std::chrono::steady_clock::now();
#if defined(__x86_64__)
    if (width == 16) kernels16::peak(TURNS);
    if (width == 8) kernels8::peak(TURNS);
#endif
    if (width == 4) kernels4::peak(TURNS);
    const double ns = std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - start).count();
    best = std::max(best, 2.0 * 12 * width * TURNS / ns);
  }
  napi_value result;
  must(napi_create_double(env, best, &result));
  return result;
}

/** A function of JavaScript: of so many arguments, whose failures become exceptions. */
template <size_t COUNT, napi_value (*body)(napi_env, const napi_value*)>
napi_value called(napi_env env, napi_callback_info info) {
  try {
    napi_value given[COUNT + 1];
    size_t count = COUNT + 1;
    must(napi_get_cb_info(env, info, &count, given, nullptr, nullptr));
    if (count != COUNT) throw Failure("another number of arguments");
    return body(env, given);
  } catch (const std::exception& failure) {
    napi_throw_error(env, nullptr, failure.what());
    return nullptr;
  }
}

napi_value initialize(napi_env env, napi_value exports) {
  const struct {
    const char* name;
    napi_callback call;
  } functions[] = {
      {"widths", called<0, widthsOf>}, {"create", called<9, create>}, {"run", called<3, run>},
      {"spent", called<1, spent>},     {"close", called<1, close>},   {"peak", called<1, peak>},
  };
  for (const auto& [name, call] : functions) {
    napi_value function;
    napi_create_function(env, name, NAPI_AUTO_LENGTH, call, nullptr, &function);
    napi_set_named_property(env, exports, name, function);
  }
  return exports;
}

}  // namespace
}  // namespace assay

NAPI_MODULE_INIT() { return assay::initialize(env, exports); }
