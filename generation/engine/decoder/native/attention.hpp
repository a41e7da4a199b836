// Attention of one new token of one slot over that slot's cached keys and values, with the append of its own.
//
// Why: torch's attention pads every slot to the longest, and reads a cache of 4-byte numbers. Here each slot costs
// what it holds, bf16 caches are widened in registers, and all sums are float.

#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <type_traits>

#if defined(__AVX512BF16__) && defined(__AVX512BW__)
#include <immintrin.h>
#define HAS_BF16_PRODUCTS 1
#endif

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

// joined: query, key and value side by side; the latter two go to position ``length`` of the slot.
template <typename Number>
inline void append(const Number* joined, Number* keys, Number* values, int64_t length, int64_t width) {
    std::memcpy(keys + length * width, joined + width, width * sizeof(Number));
    std::memcpy(values + length * width, joined + 2 * width, width * sizeof(Number));
}

// One row: append its key and value, then attend over everything the slot holds. kHead 0: any head size.
template <typename Number, int kHead>
void one_row(const Number* joined, Number* keys, Number* values, Number* out, float* scratch, int64_t length,
             int64_t context, int heads, int head_size, float scale) {
    const int size = kHead ? kHead : head_size;
    const int width = heads * size;
    append(joined, keys, values, length, width);
    const int64_t held = length + 1;
    const int64_t room = context + kTile;
    float* query = scratch + heads * room;  // scratch: scores [heads, context + tile], query [width], mixed [width]
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
            float* scores = scratch + head * room;
            for (int64_t position = start; position < end; ++position) {
                const Number* row = keys + position * width + head * size;
                float sum = 0.0f;
                for (int i = 0; i < size; ++i) sum += wide[i] * widen(row[i]);
                scores[position] = sum;
            }
        }
    }
    for (int head = 0; head < heads; ++head) {
        float* scores = scratch + head * room;
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
            const float* scores = scratch + head * room;
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

#ifdef HAS_BF16_PRODUCTS
// The same for bf16 and heads of 64 on processors that multiply pairs of bf16: sixteen positions at a time, sums float.

inline __m512 sums_of_sixteen(const __m512* parts) {
    // Transposes while adding: element i of the result is the sum over parts[i].
    __m512 four[4];
    for (int i = 0; i < 4; ++i) {
        const __m512 a = parts[4 * i], b = parts[4 * i + 1], c = parts[4 * i + 2], d = parts[4 * i + 3];
        const __m512d ab = _mm512_castps_pd(_mm512_add_ps(_mm512_unpacklo_ps(a, b), _mm512_unpackhi_ps(a, b)));
        const __m512d cd = _mm512_castps_pd(_mm512_add_ps(_mm512_unpacklo_ps(c, d), _mm512_unpackhi_ps(c, d)));
        four[i] = _mm512_add_ps(_mm512_castpd_ps(_mm512_unpacklo_pd(ab, cd)),
                                _mm512_castpd_ps(_mm512_unpackhi_pd(ab, cd)));
    }
    const __m512 low = _mm512_add_ps(_mm512_shuffle_f32x4(four[0], four[1], 0x88),
                                     _mm512_shuffle_f32x4(four[0], four[1], 0xdd));
    const __m512 high = _mm512_add_ps(_mm512_shuffle_f32x4(four[2], four[3], 0x88),
                                      _mm512_shuffle_f32x4(four[2], four[3], 0xdd));
    return _mm512_add_ps(_mm512_shuffle_f32x4(low, high, 0x88), _mm512_shuffle_f32x4(low, high, 0xdd));
}

// Asks for one head of a position: a little between the products, for the processor takes few such wishes at a time.
inline void fetch_ahead(const Bf16* row) {
    _mm_prefetch(reinterpret_cast<const char*>(row), _MM_HINT_T0);
    _mm_prefetch(reinterpret_cast<const char*>(row + 32), _MM_HINT_T0);
}

void one_row_of_pairs(const Bf16* joined, Bf16* keys, Bf16* values, Bf16* out, float* scratch, int64_t length,
                      int64_t context, int heads, float scale) {
    constexpr int kSize = 64;
    const int width = heads * kSize;
    const int64_t held = length + 1, room = context + kTile;
    append(joined, keys, values, length, width);
    const int64_t ahead = kTile * width;
    for (int64_t start = 0; start < held; start += kTile) {
        for (int head = 0; head < heads; ++head) {
            const Bf16* own = joined + head * kSize;
            const __m512bh first = (__m512bh)_mm512_loadu_si512(own);
            const __m512bh second = (__m512bh)_mm512_loadu_si512(own + 32);
            __m512 parts[kTile];
            for (int64_t i = 0; i < kTile; ++i) {
                const int64_t position = start + i < held ? start + i : held - 1;
                const Bf16* row = keys + position * width + head * kSize;
                fetch_ahead(row + ahead);
                const __m512 sum = _mm512_dpbf16_ps(_mm512_setzero_ps(), first, (__m512bh)_mm512_loadu_si512(row));
                parts[i] = _mm512_dpbf16_ps(sum, second, (__m512bh)_mm512_loadu_si512(row + 32));
            }
            _mm512_storeu_ps(scratch + head * room + start,
                             _mm512_mul_ps(sums_of_sixteen(parts), _mm512_set1_ps(scale)));
        }
    }
    for (int64_t place = 0; place < kTile * width; place += kSize) fetch_ahead(values + place);
    for (int head = 0; head < heads; ++head) {
        float* scores = scratch + head * room;
        float largest = scores[0], total = 0.0f;
        for (int64_t position = 1; position < held; ++position)
            largest = scores[position] > largest ? scores[position] : largest;
        for (int64_t position = 0; position < held; ++position) {
            scores[position] = falling_exp(scores[position] - largest);
            total += scores[position];
        }
        const float inverse = 1.0f / total;
        for (int64_t position = 0; position < held; ++position) scores[position] *= inverse;
        for (int64_t position = held; position < held + kTile; ++position) scores[position] = 0.0f;
    }
    alignas(64) float mixed[16 * kSize];  // [heads, at most 16][4][16]: see the order of numbers below
    for (int i = 0; i < heads * kSize; ++i) mixed[i] = 0.0f;
    for (int64_t start = 0; start < held; start += kTile) {
        for (int head = 0; head < heads; ++head) {
            float* sums = mixed + head * kSize;
            __m512 a = _mm512_load_ps(sums), b = _mm512_load_ps(sums + 16);
            __m512 c = _mm512_load_ps(sums + 32), d = _mm512_load_ps(sums + 48);
            const float* scores = scratch + head * room;
            for (int64_t position = start; position < start + kTile && position < held; position += 2) {
                const int64_t next = position + 1 < held ? position + 1 : position;  // its share is nought then
                const __m128bh share = _mm_cvtneps_pbh(_mm_castpd_ps(_mm_load_sd(reinterpret_cast<const double*>(scores + position))));
                const __m512bh shares = (__m512bh)_mm512_broadcastd_epi32((__m128i)share);
                const Bf16* row = values + position * width + head * kSize;
                const Bf16* other = values + next * width + head * kSize;
                fetch_ahead(row + ahead);
                fetch_ahead(other + ahead);
                const __m512i row_low = _mm512_loadu_si512(row), row_high = _mm512_loadu_si512(row + 32);
                const __m512i other_low = _mm512_loadu_si512(other), other_high = _mm512_loadu_si512(other + 32);
                a = _mm512_dpbf16_ps(a, shares, (__m512bh)_mm512_unpacklo_epi16(row_low, other_low));
                b = _mm512_dpbf16_ps(b, shares, (__m512bh)_mm512_unpackhi_epi16(row_low, other_low));
                c = _mm512_dpbf16_ps(c, shares, (__m512bh)_mm512_unpacklo_epi16(row_high, other_high));
                d = _mm512_dpbf16_ps(d, shares, (__m512bh)_mm512_unpackhi_epi16(row_high, other_high));
            }
            _mm512_store_ps(sums, a);
            _mm512_store_ps(sums + 16, b);
            _mm512_store_ps(sums + 32, c);
            _mm512_store_ps(sums + 48, d);
        }
    }
    // Unpacking took numbers 0-3 of each eight into one sum and 4-7 into the next.
    for (int head = 0; head < heads; ++head)
        for (int i = 0; i < kSize; ++i) {
            const int half = i / 32, eight = i % 32 / 8, place = i % 8;
            narrow(mixed[head * kSize + half * 32 + (place / 4) * 16 + eight * 4 + place % 4], out[head * kSize + i]);
        }
}
#endif

// One row by the fastest of these. ``keys`` and ``values`` are the slot's.
// scratch: heads × (context + 16 + 2 × head_size) numbers.
template <typename Number>
inline void attend_row(const Number* joined, Number* keys, Number* values, Number* out, float* scratch, int64_t length,
                       int64_t context, int heads, int head_size, float scale) {
#ifdef HAS_BF16_PRODUCTS
    if constexpr (std::is_same_v<Number, Bf16>) {
        if (head_size == 64 && heads <= 16)
            return one_row_of_pairs(joined, keys, values, out, scratch, length, context, heads, scale);
    }
#endif
    const auto work = head_size == 64 ? one_row<Number, 64> : one_row<Number, 0>;
    work(joined, keys, values, out, scratch, length, context, heads, head_size, scale);
}

}  // namespace
