// Attention of one new token per slot over that slot's cached keys and values, with the append of its own.
// Built by kernel.py with the machine's compiler where there is one; plain torch does the same work elsewhere.
//
// Why: torch's attention pads every slot to the longest, and reads a cache of 4-byte numbers. Here each slot costs
// what it holds, bf16 caches are widened in registers, and all sums are float.

#include <cmath>
#include <cstdint>
#include <cstring>

namespace {

struct Bf16 {
    uint16_t bits;
};

inline float widen(float number) { return number; }

inline float widen(Bf16 number) {
    const uint32_t bits = static_cast<uint32_t>(number.bits) << 16;
    float result;
    std::memcpy(&result, &bits, sizeof result);
    return result;
}

inline void narrow(float number, float& result) { result = number; }

inline void narrow(float number, Bf16& result) {
    uint32_t bits;
    std::memcpy(&bits, &number, sizeof bits);
    result.bits = static_cast<uint16_t>((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16);  // round to nearest even
}

// exp for numbers at or below zero, to about 2e-7 relative: 2 to a whole power times a short series for the rest.
// libm's is not inlined and would keep the loop from being vectorised.
inline float falling_exp(float number) {
    const float scaled = number * 1.44269504f;
    const float clamped = scaled > -126.0f ? scaled : -126.0f;
    const float whole = std::floor(clamped);
    const float rest = (clamped - whole) * 0.69314718f;
    const float series =
        1.0f + rest * (1.0f + rest * (0.5f + rest * (0.16666667f + rest * (0.041666667f + rest * (0.0083333333f +
        rest * (0.0013888889f + rest * 0.00019841270f))))));
    const int32_t bits = (static_cast<int32_t>(whole) + 127) << 23;
    float power;
    std::memcpy(&power, &bits, sizeof power);
    return power * series;
}

constexpr int kMostHead = 256;
constexpr int64_t kTile = 16;  // positions read for all heads in turn, so that memory is read in one direction

// One row: append its key and value, then attend over everything the slot holds. kHead 0: any head size.
template <typename Number, int kHead>
void one_row(const Number* joined, Number* keys, Number* values, Number* out, float* scratch, int64_t length,
             int64_t context, int heads, int head_size, float scale) {
    const int size = kHead ? kHead : head_size;
    const int width = heads * size;
    std::memcpy(keys + length * width, joined + width, width * sizeof(Number));
    std::memcpy(values + length * width, joined + 2 * width, width * sizeof(Number));
    const int64_t held = length + 1;
    float* query = scratch + heads * context;  // scratch: scores [heads, context], query [width], mixed [width]
    float* mixed = query + width;
    for (int i = 0; i < width; ++i) {
        query[i] = widen(joined[i]) * scale;
        mixed[i] = 0.0f;
    }
    for (int64_t start = 0; start < held; start += kTile) {
        const int64_t end = start + kTile < held ? start + kTile : held;
        for (int head = 0; head < heads; ++head) {
            alignas(64) float wide[kMostHead];
            for (int i = 0; i < size; ++i) wide[i] = query[head * size + i];
            float* scores = scratch + head * context;
            for (int64_t position = start; position < end; ++position) {
                const Number* row = keys + position * width + head * size;
                float sum = 0.0f;
                for (int i = 0; i < size; ++i) sum += wide[i] * widen(row[i]);
                scores[position] = sum;
            }
        }
    }
    for (int head = 0; head < heads; ++head) {
        float* scores = scratch + head * context;
        float largest = scores[0], total = 0.0f;
        for (int64_t position = 1; position < held; ++position)
            largest = scores[position] > largest ? scores[position] : largest;
        for (int64_t position = 0; position < held; ++position) {
            scores[position] = falling_exp(scores[position] - largest);
            total += scores[position];
        }
        const float inverse = 1.0f / total;
        for (int64_t position = 0; position < held; ++position) scores[position] *= inverse;
    }
    for (int64_t start = 0; start < held; start += kTile) {
        const int64_t end = start + kTile < held ? start + kTile : held;
        for (int head = 0; head < heads; ++head) {
            alignas(64) float sum[kMostHead];
            for (int i = 0; i < size; ++i) sum[i] = mixed[head * size + i];
            const float* scores = scratch + head * context;
            for (int64_t position = start; position < end; ++position) {
                const Number* row = values + position * width + head * size;
                const float share = scores[position];
                for (int i = 0; i < size; ++i) sum[i] += share * widen(row[i]);
            }
            for (int i = 0; i < size; ++i) mixed[head * size + i] = sum[i];
        }
    }
    for (int i = 0; i < width; ++i) narrow(mixed[i], out[i]);
}

template <typename Number>
void attend(const Number* joined, Number* keys, Number* values, const int64_t* lengths, Number* out, float* scratch,
            int rows, int heads, int head_size, int64_t context, float scale, int threads) {
    const int64_t width = static_cast<int64_t>(heads) * head_size;
    const auto work = head_size == 64 ? one_row<Number, 64> : one_row<Number, 0>;
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads)
    for (int row = 0; row < rows; ++row) {
        const int64_t cached = row * context * width;
        work(joined + row * 3 * width, keys + cached, values + cached, out + row * width,
             scratch + row * (heads * context + 2 * width), lengths[row], context, heads, head_size, scale);
    }
}

}  // namespace

// joined [rows, 3 × heads × head_size]: query, key and value side by side. keys, values [slots, context, heads,
// head_size]; row i is slot i, which holds lengths[i] positions before this one. out [rows, heads × head_size].
// scratch: rows × heads × (context + 2 × head_size) numbers.
extern "C" void attend_f32(const void* joined, void* keys, void* values, const int64_t* lengths, void* out,
                           float* scratch, int rows, int heads, int head_size, int64_t context, float scale,
                           int threads) {
    attend(static_cast<const float*>(joined), static_cast<float*>(keys), static_cast<float*>(values), lengths,
           static_cast<float*>(out), scratch, rows, heads, head_size, context, scale, threads);
}

extern "C" void attend_bf16(const void* joined, void* keys, void* values, const int64_t* lengths, void* out,
                            float* scratch, int rows, int heads, int head_size, int64_t context, float scale,
                            int threads) {
    attend(static_cast<const Bf16*>(joined), static_cast<Bf16*>(keys), static_cast<Bf16*>(values), lengths,
           static_cast<Bf16*>(out), scratch, rows, heads, head_size, context, scale, threads);
}
