//! Outputs of other programs, whole, cut and spoiled.

#![allow(clippy::unwrap_used, reason = "a failed test may panic")]

use lightloom_workload::collective::Operation;
use lightloom_workload::import::{Sweep, calculon_run, calculon_system, megatron_run};
use lightloom_workload::{Library, Modules, Recompute, Sharding};
use proptest::prelude::*;

mod common;

/// The form of nccl-tests 2.13 on eight H100; the figures are those of NVIDIA/dgxc-benchmarking's `nccl/README.md`.
const ALL_REDUCE: &str = "\
# nThread 1 nGpus 8 minBytes 8 maxBytes 17179869184 step: 2(factor) warmup iters: 5 iters: 20 agg iters: 1 validation: 1 graph: 0
#
# Using devices
#  Rank  0 Group  0 Pid  37100 on      dgx01 device  0 [0x1b] NVIDIA H100 80GB HBM3
#  Rank  7 Group  0 Pid  37100 on      dgx01 device  7 [0xdb] NVIDIA H100 80GB HBM3
NCCL version 2.21.5+cuda12.4
#
#                                                              out-of-place                       in-place
#       size         count      type   redop    root     time   algbw   busbw #wrong     time   algbw   busbw #wrong
#        (B)    (elements)                               (us)  (GB/s)  (GB/s)            (us)  (GB/s)  (GB/s)
           8             2     float     sum      -1     13.7    0.00    0.00      0     13.6    0.00    0.00      0
     1048576        262144     float     sum      -1     27.4   38.27   66.97      0     27.3   38.41   67.22      0
  1073741824     268435456     float     sum      -1   4029.0  266.50  466.38      0   4031.0  266.37  466.15    N/A
# Out of bounds values : 0 OK
# Avg bus bandwidth    : 177.8
";

#[test]
fn a_whole_output() {
    let sweep = Sweep::parse(ALL_REDUCE, None).unwrap();
    assert_eq!((sweep.collective, sweep.ranks), (Operation::AllReduce, 8));
    assert_eq!(sweep.version.as_deref(), Some("2.21.5"));
    let last = sweep.points[2];
    assert!((last.time.as_us() - 4029.0).abs() < 1e-9);
    let bus = last.algorithm_bandwidth().as_bytes_per_s() / 1e9 * sweep.collective.bus_factor(8);
    assert!((bus - 466.38).abs() < 0.02, "{bus}");
}

#[test]
fn ranks_and_collective_follow_from_the_columns() {
    let rows = |ranks: u64, redop: &str, factor: f64| {
        let busbw = 300.0 * factor;
        let text = format!("1073741824 268435456 float {redop} -1 3579.1 300.00 {busbw:.2} 0");
        (text, ranks)
    };
    for (text, ranks) in
        [rows(2, "sum", 1.0), rows(16, "sum", 1.875), rows(72, "sum", 2.0 * 71.0 / 72.0)]
    {
        let sweep = Sweep::parse(&text, None).unwrap();
        assert_eq!((sweep.collective, sweep.ranks), (Operation::AllReduce, ranks), "{text}");
    }
    let (text, _) = rows(16, "sum", 0.9375);
    assert_eq!(Sweep::parse(&text, None).unwrap().collective, Operation::ReduceScatter);
    // A gather and an exchange look alike.
    let (text, _) = rows(16, "none", 0.9375);
    let told = Sweep::parse(&text, Some(Operation::AllToAll)).unwrap();
    assert_eq!((told.collective, told.ranks), (Operation::AllToAll, 16));
    assert!(Sweep::parse(&text, None).unwrap_err().hint.contains("--op"));
    let newer = format!("# Collective test starting: all_gather_perf\n{text}");
    assert_eq!(Sweep::parse(&newer, None).unwrap().collective, Operation::AllGather);
    let scatter = format!("# Collective test starting: ./build/reduce_scatter_perf\n{text}");
    assert_eq!(Sweep::parse(&scatter, None).unwrap().collective, Operation::ReduceScatter);
    // Of some thousand ranks two decimals tell nothing.
    let (text, _) = rows(9000, "sum", 2.0 * 8999.0 / 9000.0);
    assert!(Sweep::parse(&text, None).unwrap_err().problem.contains("ranks"));
}

#[test]
fn what_is_no_sweep_says_where() {
    let refused = |text: &str| Sweep::parse(text, None).unwrap_err();
    assert!(refused("8000000 2000000 float sum 0 13.7 583.9 583.9 0").problem.contains("to one"));
    assert!(refused("").problem.contains("no row"));
    assert!(refused("hello\nworld").problem.contains("no row"));
    let error = refused("8 2 float sum -1 13.7 0.00");
    assert!(error.line == 1 && error.problem.contains("7 columns"), "{error}");
    let error = refused("# x\n8 2 float sum -1 fast 0.00 0.00 0");
    assert!(error.line == 2 && error.problem.contains("fast"), "{error}");
    assert!(refused("8 2 float sum -1 13.7 0.00 0.00 5").problem.contains("wrong"));
    assert!(refused("8 2 float sum -1 -1 0.00 0.00 0").problem.contains("-1"));
    assert!(refused("8 2 float sum -1 0 0.00 0.00 0").problem.contains("zero"));
}

/// Arguments as in Megatron-LM's `examples/`, of DeepSeek-V3's shape.
const DEEPSEEK: &str = r#"
#!/bin/bash
torchrun --nnodes 128 --nproc-per-node 8 pretrain_gpt.py \
    --num-layers 61 --hidden-size 7168 --ffn-hidden-size 18432 --num-attention-heads 128 \
    --multi-latent-attention --q-lora-rank 1536 --kv-lora-rank 512 --qk-head-dim 128 --qk-pos-emb-head-dim 64 --v-head-dim 128 \
    --num-experts 256 --moe-router-topk 8 --moe-ffn-hidden-size 2048 --moe-shared-expert-intermediate-size 2048 \
    --moe-layer-freq ([0]*3+[1]*58) --moe-router-num-groups 8 --moe-router-group-topk 4 --mtp-num-layers 1 \
    --swiglu --untie-embeddings-and-output-weights --vocab-size 129280 --seq-length=4096 \
    --tensor-model-parallel-size 1 --pipeline-model-parallel-size 16 --expert-model-parallel-size 64 \
    --micro_batch_size 1 --global-batch-size 15360 --fp8-format hybrid --use-flash-attn \
    --recompute-granularity selective --lr 2.2e-4   # a comment --hidden-size 1
"#;

#[test]
fn arguments_of_megatron() {
    let run = megatron_run(DEEPSEEK, None).unwrap();
    // DeepSeek-V3: 671 billion parameters (arXiv 2412.19437), without the extra layer that predicts.
    let parameters = run.model.parameters() as f64;
    assert!((parameters / 671.0e9 - 1.0).abs() < 0.005, "{parameters}");
    let cut = &run.cut;
    assert_eq!((cut.pipeline, cut.data, cut.expert, cut.micro_batch), (16, 64, 64, 1));
    assert_eq!(
        (cut.recompute, run.sequence, run.global_batch),
        (Recompute::Selective, 4096, 15360)
    );
    assert!(run.fused_attention && run.differences[0].contains(" lr,"));
    assert_eq!(run.model.experts.map(|e| e.first_k_dense_replace), Some(3));
}

#[test]
fn arguments_of_sharding_and_recomputation() {
    let run = |more: &str| megatron_run(&DEEPSEEK.replace("--lr", more), None).unwrap().cut;
    assert_eq!(run("--lr").sharding, Sharding::None);
    assert_eq!(run("--use-distributed-optimizer --lr").sharding, Sharding::Optimizer);
    let fsdp = |s: &str| {
        run(&format!(
            "--use-distributed-optimizer --use-megatron-fsdp --data-parallel-sharding-strategy {s} --lr"
        ))
        .sharding
    };
    assert_eq!(fsdp("no_shard"), Sharding::Optimizer);
    assert_eq!(fsdp("optim"), Sharding::Optimizer);
    assert_eq!(fsdp("optim_grads"), Sharding::Gradients);
    assert_eq!(fsdp("optim_grads_params"), Sharding::Parameters);
    assert_eq!(run("--use-torch-fsdp2 --lr").sharding, Sharding::Parameters);
    let wrong =
        DEEPSEEK.replace("--lr", "--use-megatron-fsdp --data-parallel-sharding-strategy all --lr");
    assert!(megatron_run(&wrong, None).unwrap_err().to_string().contains("`all`"));

    let modules = |list: &str| run(&format!("--recompute-modules {list} --lr")).recompute;
    let expected = Modules { up_projections: true, norms: true, ..Modules::default() };
    assert_eq!(modules("mla_up_proj moe_act layernorm"), Recompute::Modules(expected));
    let expected = Modules { core: true, feed_forward: true, experts: true, ..Modules::default() };
    assert_eq!(modules("core_attn moe"), Recompute::Modules(expected));
    let wrong = DEEPSEEK.replace("--lr", "--recompute-modules core_attn everything --lr");
    assert!(megatron_run(&wrong, None).unwrap_err().to_string().contains("`everything`"));
}

#[test]
fn arguments_that_cannot_be_known_say_which() {
    let refused = |from: &str, to: &str| {
        megatron_run(&DEEPSEEK.replace(from, to), None).unwrap_err().to_string()
    };
    for (from, to, word) in [
        ("--hidden-size 7168", "", "hidden-size"),
        ("--hidden-size 7168", "--hidden-size $H", "$H"),
        ("--num-layers 61", "--num-layers many", "many"),
        ("--num-layers 61", "--num-layers", "no value"),
        ("--nnodes 128", "--nnodes 127", "multiple"),
        ("--pipeline-model-parallel-size 16", "--pipeline-model-parallel-size 0", "0"),
        ("([0]*3+[1]*58)", "often", "often"),
        ("--moe-router-topk 8", "--moe-router-topk 800", "800"),
        ("selective", "some", "some"),
    ] {
        let message = refused(from, to);
        assert!(message.contains(word), "{to}: {message}");
    }
}

#[test]
fn files_of_calculon() {
    let application = r#"{ "hidden": 25600, "feedforward": 102400, "seq_size": 2048, "attn_heads": 160, "attn_size": 160, "num_blocks": 128 }"#;
    let execution = r#"{ "num_procs": 512, "tensor_par": 8, "pipeline_par": 64, "data_par": 1, "batch_size": 512,
        "microbatch_size": 1, "datatype": "float16", "attention_type": "multihead", "activation_recompute": "attn_only",
        "pipeline_interleaving": 1, "optimizer_sharding": false, "tensor_par_comm_type": "rs_ag", "weight_offload": false }"#;
    let run = calculon_run(application, execution, 51_200).unwrap();
    let parameters = run.model.parameters() as f64;
    assert!((parameters / 1008.0e9 - 1.0).abs() < 0.005, "{parameters}");
    assert!(run.cut.sequence_parallel && run.cut.recompute == Recompute::Selective);
    for (from, to, word) in [
        ("\"num_procs\": 512", "\"num_procs\": 511", "511"),
        ("float16", "int3", "int3"),
        ("attn_only", "half", "half"),
        ("\"tensor_par\": 8", "\"tensor_par\": \"8\"", "tensor_par"),
        ("\"num_procs\": 512,", "", "num_procs"),
        ("\"weight_offload\": false", "\"training\": false", "training"),
    ] {
        let error = calculon_run(application, &execution.replace(from, to), 51_200).unwrap_err();
        assert!(
            error.to_string().contains(word) || error.problem.contains("string"),
            "{to}: {error}"
        );
    }
    let empty = application.replace("25600", "0");
    assert!(calculon_run(&empty, execution, 51_200).unwrap_err().problem.contains("hidden_size"));
}

#[test]
fn a_system_of_calculon() {
    let kernels = {
        let catalog = common::catalog();
        common::machine(&lightloom_evidence::Facts::nominal(&catalog), "a100").kernels
    };
    let text = r#"{ "matrix": { "tflops": 312, "gflops_efficiency": { "float16": [[128, 0.95], [0, 0.1]] } },
        "vector": { "tflops": 78, "gflops_efficiency": { "float16": [[0, 0.5]] } },
        "mem1": { "GiB": 80, "GBps": 2048, "MB_efficiency": [[0, 0.3], [100, 0.9]] },
        "networks": [ { "bandwidth": 300, "efficiency": 0.6, "size": 8, "latency": 1e-6, "ops": {} },
                      { "bandwidth": 25, "efficiency": 0.9, "size": 65536, "latency": 2e-6, "ops": {} } ] }"#;
    let (machine, tiers) = calculon_system(text, "a100", kernels, Library::IDEAL).unwrap();
    assert!((machine.bf16.achievable.value() - 0.95).abs() < 1e-12);
    assert!((machine.kernels.memory.value() - 0.9).abs() < 1e-12);
    assert!((tiers[1].bandwidth.as_gbps() - 200.0).abs() < 1e-9 && tiers[0].size == 8);
    let refused = |from: &str, to: &str| {
        calculon_system(&text.replace(from, to), "x", kernels, Library::IDEAL).unwrap_err().problem
    };
    assert!(refused("312", "0").contains("tflops"));
    assert!(refused("\"size\": 65536", "\"size\": 4").contains("network 1"));
    assert!(refused("\"bandwidth\": 25", "\"bandwidth\": -1").contains("bandwidth"));
}

proptest! {
    #[test]
    fn no_text_panics(text in ".{0,400}") {
        let _ = Sweep::parse(&text, None);
        let _ = megatron_run(&text, Some(8));
        let _ = calculon_run(&text, &text, 1);
    }

    /// Numbers of any size in place of one argument.
    #[test]
    fn no_number_panics(which in 0usize..30, number in any::<u64>()) {
        let words: Vec<&str> = DEEPSEEK.split_whitespace().collect();
        let numbers: Vec<usize> = (0..words.len()).filter(|k| words[*k].parse::<u64>().is_ok()).collect();
        let mut words: Vec<String> = words.into_iter().map(str::to_owned).collect();
        words[numbers[which % numbers.len()]] = number.to_string();
        let _ = megatron_run(&words.join(" "), Some(number));
    }

    #[test]
    fn no_row_panics(
        columns in prop::collection::vec("[0-9a-z.-]{1,12}", 9..14), told in any::<bool>()
    ) {
        let text = format!("1{}", columns.join(" "));
        if let Ok(sweep) = Sweep::parse(&text, told.then_some(Operation::Broadcast)) {
            prop_assert!(sweep.points.iter().all(|p| p.time.as_s() > 0.0 && p.size.as_bytes() > 0.0));
        }
    }
}
