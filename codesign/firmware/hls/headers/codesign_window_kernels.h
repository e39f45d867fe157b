#ifndef CODESIGN_WINDOW_KERNELS_H_
#define CODESIGN_WINDOW_KERNELS_H_

#include "codesign_activation.h"
#include "codesign_window.h"

namespace nnet {

// Output c * multiplier + m: bias + channel c of the window times its m-th filter.
template <class data_T, class res_T, typename CONFIG_T> struct DepthwiseKernel {
    static void dense(data_T window[CONFIG_T::n_in], res_T res[CONFIG_T::n_out],
                      typename CONFIG_T::weight_t weights[CONFIG_T::n_weights],
                      typename CONFIG_T::bias_t biases[CONFIG_T::n_out]) {
        #pragma HLS INLINE
        #pragma HLS ARRAY_PARTITION variable=weights complete
        #pragma HLS ARRAY_PARTITION variable=biases complete
        #pragma HLS ALLOCATION operation instances=mul limit=CONFIG_T::multiplier_limit
    Outputs:
        for (unsigned f = 0; f < CONFIG_T::n_out; f++) {
            #pragma HLS UNROLL
            const unsigned c = f / (CONFIG_T::n_out / CONFIG_T::n_chan);
            typename CONFIG_T::accum_t sum = biases[f];
        Places:
            for (unsigned k = 0; k < CONFIG_T::n_in / CONFIG_T::n_chan; k++) {
                #pragma HLS UNROLL
                sum += static_cast<typename CONFIG_T::accum_t>(
                    CONFIG_T::template product<data_T, typename CONFIG_T::weight_t>::product(
                        window[k * CONFIG_T::n_chan + c], weights[k * CONFIG_T::n_out + f]));
            }
            res[f] = sum;
        }
    }
};

template <class data_T, class res_T, typename CONFIG_T> struct MaximumKernel {
    static void dense(data_T window[CONFIG_T::n_in], res_T res[CONFIG_T::n_out],
                      typename CONFIG_T::weight_t *, typename CONFIG_T::bias_t *) {
        #pragma HLS INLINE
    Channels:
        for (unsigned c = 0; c < CONFIG_T::n_chan; c++) {
            #pragma HLS UNROLL
            data_T largest = window[c];
        Places:
            for (unsigned k = 1; k < CONFIG_T::n_in / CONFIG_T::n_chan; k++) {
                #pragma HLS UNROLL
                if (window[k * CONFIG_T::n_chan + c] > largest)
                    largest = window[k * CONFIG_T::n_chan + c];
            }
            res[c] = largest;
        }
    }
};

// The exact sum times a power of two: a shift.
template <class data_T, class res_T, typename CONFIG_T> struct AverageKernel {
    static void dense(data_T window[CONFIG_T::n_in], res_T res[CONFIG_T::n_out],
                      typename CONFIG_T::weight_t *, typename CONFIG_T::bias_t *) {
        #pragma HLS INLINE
    Channels:
        for (unsigned c = 0; c < CONFIG_T::n_chan; c++) {
            #pragma HLS UNROLL
            typename CONFIG_T::sum_t sum = 0;
        Places:
            for (unsigned k = 0; k < CONFIG_T::n_in / CONFIG_T::n_chan; k++) {
                #pragma HLS UNROLL
                sum += window[k * CONFIG_T::n_chan + c];
            }
            res[c] = sum * power_of_two<typename CONFIG_T::share_t>();
        }
    }
};

} // namespace nnet

#endif
