#ifndef CODESIGN_SCALE_H_
#define CODESIGN_SCALE_H_

#include "hls_stream.h"
#include "nnet_common.h"
#include "nnet_types.h"

namespace nnet {

// bias + x * weight, summed in the accumulator.
template <class data_T, class res_T, typename CONFIG_T>
res_T scaled(data_T x, typename CONFIG_T::weight_t weight, typename CONFIG_T::bias_t bias) {
    #pragma HLS INLINE
    typename CONFIG_T::accum_t sum = bias;
    sum += static_cast<typename CONFIG_T::accum_t>(x * weight);
    res_T y = sum;
    return y;
}

// io_parallel: all elements at once.
template <class data_T, class res_T, typename CONFIG_T>
void scale_layer(data_T data[CONFIG_T::n_in], res_T res[CONFIG_T::n_in],
                 typename CONFIG_T::weight_t weights[CONFIG_T::n_chan],
                 typename CONFIG_T::bias_t biases[CONFIG_T::n_chan]) {
    #pragma HLS PIPELINE
    #pragma HLS function_instantiate variable=weights,biases
    #pragma HLS ARRAY_PARTITION variable=weights complete
    #pragma HLS ARRAY_PARTITION variable=biases complete
Elements:
    for (unsigned i = 0; i < CONFIG_T::n_in; i++) {
        #pragma HLS UNROLL
        const unsigned c = i % CONFIG_T::n_chan;
        res[i] = scaled<data_T, res_T, CONFIG_T>(data[i], weights[c], biases[c]);
    }
}

// io_stream: a packet, all channels of a pixel, a cycle.
template <class data_T, class res_T, typename CONFIG_T>
void scale_layer(hls::stream<data_T> &data, hls::stream<res_T> &res,
                 typename CONFIG_T::weight_t weights[CONFIG_T::n_chan],
                 typename CONFIG_T::bias_t biases[CONFIG_T::n_chan]) {
    #pragma HLS function_instantiate variable=weights,biases
    #pragma HLS ARRAY_PARTITION variable=weights complete
    #pragma HLS ARRAY_PARTITION variable=biases complete
Packets:
    for (unsigned i = 0; i < CONFIG_T::n_in / CONFIG_T::n_chan; i++) {
        #pragma HLS PIPELINE
        data_T in_pack = data.read();
        res_T out_pack;
        PRAGMA_DATA_PACK(out_pack)
    Channels:
        for (unsigned c = 0; c < CONFIG_T::n_chan; c++) {
            #pragma HLS UNROLL
            out_pack[c] = scaled<typename data_T::value_type, typename res_T::value_type, CONFIG_T>(
                in_pack[c], weights[c], biases[c]);
        }
        res.write(out_pack);
    }
}

} // namespace nnet

#endif
