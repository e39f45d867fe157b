#ifndef CODESIGN_ACTIVATION_H_
#define CODESIGN_ACTIVATION_H_

#include "ap_fixed.h"
#include "hls_stream.h"
#include "nnet_common.h"
#include "nnet_types.h"

namespace nnet {

// A number of one bit whose weight is that of the type: a power of two.
template <class T> T power_of_two() {
    #pragma HLS INLINE
    T number = 0;
    number[0] = 1;
    return number;
}

template <class data_T, class res_T, typename CONFIG_T> struct LinearElement {
    static res_T apply(data_T x) {
        #pragma HLS INLINE
        res_T y = x;
        return y;
    }
};

template <class data_T, class res_T, typename CONFIG_T> struct ReluElement {
    static res_T apply(data_T x) {
        #pragma HLS INLINE
        res_T y = 0;
        if (x > 0)
            y = x;
        return y;
    }
};

// x where x >= 0, else max(x, smallest) * slope, with the smallest value of the output.
template <class data_T, class res_T, typename CONFIG_T> struct LeakyReluElement {
    static res_T apply(data_T x) {
        #pragma HLS INLINE
        typename CONFIG_T::slope_t slope = power_of_two<typename CONFIG_T::slope_t>();
        typename CONFIG_T::smallest_t smallest = 0;
        smallest[res_T::width - 1] = CONFIG_T::is_signed;
        if (CONFIG_T::is_symmetric)
            smallest[0] = 1;
        res_T y;
        if (x >= 0)
            y = x;
        else if (x < smallest)
            y = smallest * slope;
        else
            y = x * slope;
        return y;
    }
};

// min(1, max(0, x / 2 + 1 / 2)).
template <class data_T, class res_T, typename CONFIG_T> struct HardSigmoidElement {
    static res_T apply(data_T x) {
        #pragma HLS INLINE
        typename CONFIG_T::half_t half = power_of_two<typename CONFIG_T::half_t>();
        auto sum = half * x + half;
        if (sum > 1)
            sum = 1;
        else if (sum < 0)
            sum = 0;
        res_T y = sum;
        return y;
    }
};

template <class res_T, typename CONFIG_T> res_T below_ceiling(res_T y) {
    #pragma HLS INLINE
    if (CONFIG_T::has_ceiling) {
        res_T ceiling = 0;
        ceiling.range(res_T::width - 1, 0) = ap_uint<res_T::width>(CONFIG_T::ceiling);
        if (y > ceiling)
            y = ceiling;
    }
    return y;
}

// io_parallel: all elements at once.
template <class data_T, class res_T, typename CONFIG_T>
void activation_layer(data_T data[CONFIG_T::n_in], res_T res[CONFIG_T::n_in]) {
    #pragma HLS PIPELINE
Elements:
    for (unsigned i = 0; i < CONFIG_T::n_in; i++) {
        #pragma HLS UNROLL
        res[i] = below_ceiling<res_T, CONFIG_T>(
            CONFIG_T::template element<data_T, res_T, CONFIG_T>::apply(data[i]));
    }
}

// io_stream: a packet a cycle.
template <class data_T, class res_T, typename CONFIG_T>
void activation_layer(hls::stream<data_T> &data, hls::stream<res_T> &res) {
    typedef typename data_T::value_type in_T;
    typedef typename res_T::value_type out_T;
Packets:
    for (unsigned i = 0; i < CONFIG_T::n_in / data_T::size; i++) {
        #pragma HLS PIPELINE
        data_T in_pack = data.read();
        res_T out_pack;
        PRAGMA_DATA_PACK(out_pack)
    Elements:
        for (unsigned j = 0; j < data_T::size; j++) {
            #pragma HLS UNROLL
            out_pack[j] = below_ceiling<out_T, CONFIG_T>(
                CONFIG_T::template element<in_T, out_T, CONFIG_T>::apply(in_pack[j]));
        }
        res.write(out_pack);
    }
}

} // namespace nnet

#endif
