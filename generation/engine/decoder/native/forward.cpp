// GPT-2's forward pass in bf16 for rows of many slots: one call a step, or a reading of prompts.
// Built by build.py with the machine's compiler where there is one; gpt2.py of the decoder does the same in torch.
//
// Why: a step of a small model is two dozen small products, and handing each to threads takes as long as computing it.
// Rows do not depend on each other, so here a thread takes its rows through the whole network and waits for nobody.
// Products and cache are bf16; the residual stream, sums, norms and logits are float.

#include <omp.h>

#include <algorithm>

#include "attention.hpp"

#ifndef HAS_BF16_PRODUCTS
#error "this processor does not multiply bf16 in AVX-512"
#endif

namespace {

constexpr int kPanel = 64;  // outputs in one panel of a weight: four vectors
constexpr int kChunk = 64;  // rows taken through the network together, while the weights pass by once
constexpr int kStrip = 6;   // rows whose sums fit the registers: 6 × 4 of 32

// Packed by forward.py: weights [panels, in / 2, 64, 2], so that a vector holds pairs of inputs for sixteen outputs.
struct Product {
    const Bf16* weight;
    const float* bias;
};

struct Norm {
    const float* weight;
    const float* bias;
};

struct Layer {
    Norm norm_1;
    Product joined, attention_out;
    Norm norm_2;
    Product up, down;
};

struct Model {
    const Bf16* embedding;
    const Bf16* positions;
    const Layer* layers;
    Norm norm;
    Product head;
    int64_t depth, heads, head_size, vocabulary, context, slots;
    double epsilon;
};

// What to do with the sums of a product.
enum class Then { kKeep, kGelu, kAdd, kFloat };

inline __m512 exponential(__m512 number) {
    const __m512 whole = _mm512_roundscale_ps(_mm512_mul_ps(number, _mm512_set1_ps(1.44269504f)), 0);
    const __m512 rest = _mm512_fnmadd_ps(whole, _mm512_set1_ps(0.69314718f), number);
    __m512 series = _mm512_set1_ps(0.0013888889f);
    for (const float factor : {0.0083333333f, 0.041666667f, 0.16666667f, 0.5f, 1.0f, 1.0f})
        series = _mm512_fmadd_ps(series, rest, _mm512_set1_ps(factor));
    return _mm512_scalef_ps(series, whole);
}

// GPT-2's GELU, x / 2 × (1 + tanh u), as x / (1 + exp(-2u)).
inline __m512 gelu(__m512 x) {
    const __m512 cubic = _mm512_fmadd_ps(_mm512_mul_ps(x, x), _mm512_set1_ps(0.044715f), _mm512_set1_ps(1.0f));
    const __m512 exponent = _mm512_mul_ps(_mm512_mul_ps(x, cubic), _mm512_set1_ps(-2.0f * 0.79788456f));
    const __m512 bounded = _mm512_min_ps(exponent, _mm512_set1_ps(80.0f));
    return _mm512_div_ps(x, _mm512_add_ps(_mm512_set1_ps(1.0f), exponential(bounded)));
}

// kRows rows by one panel; every row is summed in the same order whatever is beside it.
template <int kRows, Then kThen>
inline void strip(const Bf16* rows, int64_t in, const Bf16* panel, const float* bias, void* out, int64_t width,
                  int64_t column) {
    __m512 sums[kRows][4];
    for (int row = 0; row < kRows; ++row)
        for (int i = 0; i < 4; ++i) sums[row][i] = _mm512_loadu_ps(bias + column + 16 * i);
    for (int64_t place = 0; place < in; place += 2) {
        __m512bh weights[4];
        for (int i = 0; i < 4; ++i) weights[i] = (__m512bh)_mm512_loadu_si512(panel + place * kPanel + 32 * i);
        for (int row = 0; row < kRows; ++row) {
            int32_t pair;
            std::memcpy(&pair, rows + row * in + place, sizeof pair);
            const __m512bh inputs = (__m512bh)_mm512_set1_epi32(pair);
            for (int i = 0; i < 4; ++i) sums[row][i] = _mm512_dpbf16_ps(sums[row][i], inputs, weights[i]);
        }
    }
    for (int row = 0; row < kRows; ++row)
        for (int i = 0; i < 4; ++i) {
            const int64_t first = column + 16 * i, left = width - first;
            if (left <= 0) break;
            const __mmask16 those = left >= 16 ? 0xffff : (1u << left) - 1;
            const int64_t at = row * width + first;
            __m512 sum = sums[row][i];
            if constexpr (kThen == Then::kGelu) sum = gelu(sum);
            if constexpr (kThen == Then::kAdd) {
                float* target = static_cast<float*>(out) + at;
                _mm512_mask_storeu_ps(target, those, _mm512_add_ps(sum, _mm512_maskz_loadu_ps(those, target)));
            } else if constexpr (kThen == Then::kFloat) {
                _mm512_mask_storeu_ps(static_cast<float*>(out) + at, those, sum);
            } else {
                _mm256_mask_storeu_epi16(static_cast<Bf16*>(out) + at, those, (__m256i)_mm512_cvtneps_pbh(sum));
            }
        }
}

// out [count, width] of what kThen makes of rows [count, in] times a packed weight.
template <Then kThen>
void multiply(const Bf16* rows, int count, int64_t in, const Product& product, void* out, int64_t width) {
    constexpr int64_t size = kThen == Then::kAdd || kThen == Then::kFloat ? sizeof(float) : sizeof(Bf16);
    for (int64_t column = 0; column < width; column += kPanel) {
        const Bf16* panel = product.weight + column * in;
        for (int row = 0; row < count; row += kStrip) {
            const Bf16* own = rows + row * in;
            void* target = static_cast<char*>(out) + row * width * size;
            switch (std::min(kStrip, count - row)) {
                case 6: strip<6, kThen>(own, in, panel, product.bias, target, width, column); break;
                case 5: strip<5, kThen>(own, in, panel, product.bias, target, width, column); break;
                case 4: strip<4, kThen>(own, in, panel, product.bias, target, width, column); break;
                case 3: strip<3, kThen>(own, in, panel, product.bias, target, width, column); break;
                case 2: strip<2, kThen>(own, in, panel, product.bias, target, width, column); break;
                default: strip<1, kThen>(own, in, panel, product.bias, target, width, column);
            }
        }
    }
}

void normalise(const float* hidden, int count, int64_t width, const Norm& norm, double epsilon, Bf16* out) {
    for (int row = 0; row < count; ++row, hidden += width, out += width) {
        float sum = 0.0f, squares = 0.0f;
        for (int64_t i = 0; i < width; ++i) sum += hidden[i];
        const float mean = sum / width;
        for (int64_t i = 0; i < width; ++i) squares += (hidden[i] - mean) * (hidden[i] - mean);
        const float scale = 1.0f / std::sqrt(squares / width + static_cast<float>(epsilon));
        for (int64_t i = 0; i < width; ++i) narrow((hidden[i] - mean) * scale * norm.weight[i] + norm.bias[i], out[i]);
    }
}

// The working memory of one thread, cut out of one block.
struct Space {
    float *hidden, *scratch;
    Bf16 *normed, *joined, *mixed, *inner;

    static int64_t numbers(const Model& model) {  // in floats
        const int64_t width = model.heads * model.head_size;
        return kChunk * width * 6 + model.heads * (model.context + kTile) + 2 * width;
    }

    Space(const Model& model, float* block) {
        const int64_t width = model.heads * model.head_size, many = kChunk * width;
        hidden = block;
        normed = reinterpret_cast<Bf16*>(block + many);
        joined = normed + many;
        mixed = joined + 3 * many;
        inner = mixed + many;  // 1 + 3 + 1 + 4 rows of bf16 are 4.5 of float
        scratch = block + 6 * many;
    }
};

// Token ``tokens[i]`` is written at ``places[i]`` of slot ``slots[i]``; its logits go to row ``outs[i]``, or nowhere
// if that is -1. Rows of one slot stand in the order of their places.
struct Rows {
    const int64_t *tokens, *slots, *places, *outs;
};

void forward(const Model& model, const Rows& rows, int64_t begin, int count, Bf16* keys, Bf16* values, float* logits,
             const Space& space) {
    const int64_t width = model.heads * model.head_size, slot_size = model.context * width;
    const float scale = 1.0f / std::sqrt(static_cast<float>(model.head_size));
    for (int row = 0; row < count; ++row) {
        const Bf16* token = model.embedding + rows.tokens[begin + row] * width;
        const Bf16* place = model.positions + rows.places[begin + row] * width;
        for (int64_t i = 0; i < width; ++i) space.hidden[row * width + i] = widen(token[i]) + widen(place[i]);
    }
    int64_t targets[kChunk];
    int left = count;
    for (int64_t number = 0; number < model.depth; ++number) {
        const Layer& layer = model.layers[number];
        const bool last = number + 1 == model.depth;
        normalise(space.hidden, count, width, layer.norm_1, model.epsilon, space.normed);
        multiply<Then::kKeep>(space.normed, count, width, layer.joined, space.joined, 3 * width);
        left = 0;
        for (int row = 0; row < count; ++row) {
            const int64_t at = (number * model.slots + rows.slots[begin + row]) * slot_size, out = rows.outs[begin + row];
            const Bf16* joined = space.joined + row * 3 * width;
            if (last && out < 0) {
                // Nothing reads this row any more: only its key and value are needed.
                append(joined, keys + at, values + at, rows.places[begin + row], width);
                continue;
            }
            attend_row(joined, keys + at, values + at, space.mixed + left * width, space.scratch,
                       rows.places[begin + row], model.context, model.heads, model.head_size, scale);
            if (left < row) std::copy_n(space.hidden + row * width, width, space.hidden + left * width);
            targets[left++] = out;
        }
        multiply<Then::kAdd>(space.mixed, left, width, layer.attention_out, space.hidden, width);
        normalise(space.hidden, left, width, layer.norm_2, model.epsilon, space.normed);
        multiply<Then::kGelu>(space.normed, left, width, layer.up, space.inner, 4 * width);
        multiply<Then::kAdd>(space.inner, left, 4 * width, layer.down, space.hidden, width);
    }
    normalise(space.hidden, left, width, model.norm, model.epsilon, space.normed);
    if (left) multiply<Then::kFloat>(space.normed, left, width, model.head, logits + targets[0] * model.vocabulary, model.vocabulary);
}

}  // namespace

// Floats of working memory a thread needs.
extern "C" int64_t space_bf16(const Model* model) { return Space::numbers(*model); }

// Rows as in struct Rows, whose ``outs`` grow by one from each row that has one to the next. A thread at a time takes
// the rows from bounds[i] to bounds[i + 1]; rows of one slot lie within one such part. keys, values [layers, slots,
// context, heads, head size]; logits [outs, vocabulary].
extern "C" void forward_bf16(const Model* model, const int64_t* tokens, const int64_t* slots, const int64_t* places,
                             const int64_t* outs, const int64_t* bounds, int64_t parts, void* keys, void* values,
                             float* logits, float* space, int threads) {
    const Rows rows{tokens, slots, places, outs};
    const int64_t each = Space::numbers(*model);
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads)
    for (int64_t part = 0; part < parts; ++part) {
        const Space own(*model, space + omp_get_thread_num() * each);
        for (int64_t begin = bounds[part]; begin < bounds[part + 1]; begin += kChunk) {
            const int64_t count = std::min<int64_t>(kChunk, bounds[part + 1] - begin);
            forward(*model, rows, begin, static_cast<int>(count), static_cast<Bf16*>(keys), static_cast<Bf16*>(values),
                    logits, own);
        }
    }
}
