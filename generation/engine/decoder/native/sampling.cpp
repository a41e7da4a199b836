// The next token of every row of logits: the largest few, temperature, top-k, top-p and the draw, in one pass.
// Built by build.py with the machine's compiler where there is one; sampling.py of the decoder does the same in torch.
//
// Why: torch needs a dozen operators, each over all rows, to find fifty of eight thousand numbers; a step of a small
// model spent a fifth of its time there. Each row is copied once (forbidden tokens left out), the largest entry of
// every block of 64 says which blocks can hold one of the k largest, and only those few entries are sorted.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

namespace {

constexpr int64_t kBlock = 64;
constexpr float kForbidden = -std::numeric_limits<float>::infinity();

inline float widen(float number) { return number; }

inline float widen(uint16_t number) {
    const uint32_t bits = static_cast<uint32_t>(number) << 16;
    float result;
    std::memcpy(&result, &bits, sizeof result);
    return result;
}

struct Entry {
    float logit;
    int64_t token;
};

// Larger logits first, lower tokens first among equals.
inline bool before(const Entry& one, const Entry& other) {
    return one.logit > other.logit || (one.logit == other.logit && one.token < other.token);
}

struct Rules {
    float temperature, top_p, uniform;
    int64_t top_k;
};

// The k largest of ``row``, sorted. ``row`` is a grid of kBlock strips, one under another; a block is a column of it, so
// that one vector instruction compares entries of many blocks.
void largest(const std::vector<float>& row, int64_t count, std::vector<float>& best, std::vector<float>& order,
             std::vector<Entry>& found) {
    const int64_t blocks = static_cast<int64_t>(row.size()) / kBlock;
    std::copy(row.begin(), row.begin() + blocks, best.begin());
    for (int64_t strip = blocks; strip < blocks * kBlock; strip += blocks)
        for (int64_t block = 0; block < blocks; ++block)
            best[block] = row[strip + block] > best[block] ? row[strip + block] : best[block];
    float least = kForbidden;
    if (count < blocks) {
        // The count largest entries are no smaller than the count-th largest block maximum.
        std::copy(best.begin(), best.end(), order.begin());
        std::nth_element(order.begin(), order.begin() + (count - 1), order.end(), std::greater<float>());
        least = order[count - 1];
    }
    found.clear();
    for (int64_t block = 0; block < blocks; ++block) {
        if (best[block] < least) continue;
        for (int64_t i = block; i < blocks * kBlock; i += blocks)
            if (row[i] >= least && row[i] != kForbidden) found.push_back({row[i], i});
    }
    if (static_cast<int64_t>(found.size()) > count) {
        std::nth_element(found.begin(), found.begin() + (count - 1), found.end(), before);
        found.resize(count);
    }
    std::sort(found.begin(), found.end(), before);
}

// A token stays while the probability before it, among the top k, is below top_p; the first always stays.
int64_t drawn(const std::vector<Entry>& found, const Rules& rules, std::vector<float>& shares) {
    if (found.empty()) return -1;
    const size_t many = found.size();
    float total = 0.0f;
    for (size_t i = 0; i < many; ++i) {
        shares[i] = std::exp((found[i].logit - found[0].logit) / rules.temperature);
        total += shares[i];
    }
    size_t kept = 1;
    float mass = shares[0] / total;
    while (kept < many && mass < rules.top_p) mass += shares[kept++] / total;
    const float wanted = rules.uniform * mass;
    float upto = 0.0f;
    for (size_t i = 0; i < kept; ++i) {
        upto += shares[i] / total;
        if (upto > wanted) return found[i].token;
    }
    return found[kept - 1].token;
}

template <typename Number>
void draw(const Number* logits, int64_t rows, int64_t vocabulary, const int64_t* const* forbidden,
          const int64_t* forbidden_counts, const float* temperature, const int64_t* top_k, const float* top_p,
          const float* uniform, int64_t* out, int threads) {
    const int64_t padded = (vocabulary + kBlock - 1) / kBlock * kBlock;
#pragma omp parallel num_threads(threads)
    {
        std::vector<float> row(padded, kForbidden), best(padded / kBlock), order(padded / kBlock);
        std::vector<Entry> found;
        std::vector<float> shares(vocabulary);
#pragma omp for schedule(static)
        for (int64_t number = 0; number < rows; ++number) {
            const Number* own = logits + number * vocabulary;
            for (int64_t i = 0; i < vocabulary; ++i) row[i] = widen(own[i]);
            for (int64_t i = 0; i < forbidden_counts[number]; ++i) row[forbidden[number][i]] = kForbidden;
            largest(row, std::min(top_k[number], vocabulary), best, order, found);
            out[number] = drawn(found, {temperature[number], top_p[number], uniform[number], top_k[number]}, shares);
        }
    }
}

}  // namespace

// logits [rows, vocabulary]; forbidden: for each row a list of token ids and how many; the rules and ``uniform`` in
// [0, 1) are one number a row. out [rows]: the token drawn, -1 where all are forbidden.
extern "C" void draw_f32(const void* logits, int64_t rows, int64_t vocabulary, const int64_t* const* forbidden,
                         const int64_t* forbidden_counts, const float* temperature, const int64_t* top_k,
                         const float* top_p, const float* uniform, int64_t* out, int threads) {
    draw(static_cast<const float*>(logits), rows, vocabulary, forbidden, forbidden_counts, temperature, top_k, top_p,
         uniform, out, threads);
}

extern "C" void draw_bf16(const void* logits, int64_t rows, int64_t vocabulary, const int64_t* const* forbidden,
                          const int64_t* forbidden_counts, const float* temperature, const int64_t* top_k,
                          const float* top_p, const float* uniform, int64_t* out, int threads) {
    draw(static_cast<const uint16_t*>(logits), rows, vocabulary, forbidden, forbidden_counts, temperature, top_k, top_p,
         uniform, out, threads);
}
