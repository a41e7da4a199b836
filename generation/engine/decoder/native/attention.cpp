// Attention of one new token per slot, for all slots at once: attention.hpp row by row.
// Built by build.py with the machine's compiler where there is one; plain torch does the same work elsewhere.

#include "attention.hpp"

namespace {

template <typename Number>
void attend(const Number* joined, Number* keys, Number* values, const int64_t* lengths, Number* out, float* scratch,
            int rows, int heads, int head_size, int64_t context, float scale, int threads) {
    const int64_t width = static_cast<int64_t>(heads) * head_size;
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads)
    for (int row = 0; row < rows; ++row) {
        const int64_t cached = row * context * width;
        attend_row(joined + row * 3 * width, keys + cached, values + cached, out + row * width,
                   scratch + row * (heads * (context + kTile) + 2 * width), lengths[row], context, heads, head_size, scale);
    }
}

}  // namespace

// joined [rows, 3 × heads × head_size]: query, key and value side by side. keys, values [slots, context, heads,
// head_size]; row i is slot i, which holds lengths[i] positions before this one. out [rows, heads × head_size].
// scratch: rows × heads × (context + 16 + 2 × head_size) numbers.
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
