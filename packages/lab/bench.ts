import { Agent, request } from 'node:http';
import { startLab } from './src/index.ts';
const lab = await startLab({folder:'/tmp/labrun', seed:7, latency:{mode:'zero'}});
const agent=new Agent({keepAlive:true,maxSockets:64});
async function run(label:string,url:string,headers:any,body:string,secs=3){
  let n=0; const end=performance.now()+secs*1000; const lat:number[]=[];
  const one=()=>new Promise<void>(r=>{const q=request(url,{method:'POST',agent,headers:{...headers,'content-type':'application/json','content-length':Buffer.byteLength(body)}},res=>{res.on('data',()=>{}).on('end',()=>{n++;r();});});q.end(body);});
  await Promise.all(Array.from({length:64},async()=>{while(performance.now()<end){const t=performance.now();await one();lat.push(performance.now()-t);}}));
  lat.sort((a,b)=>a-b);
  console.log(label,(n/secs).toFixed(0),'rps p50',lat[lat.length>>1]!.toFixed(2));
}
const e=lab.endpoints; const small=JSON.stringify({model:'gpt-4.1',messages:[{role:'user',content:'Hello'}]});
const big=JSON.stringify({model:'gpt-4.1',messages:[{role:'user',content:'Hello '.repeat(17000)}]});
const oh={authorization:'Bearer '+e.credentials.openai_key};
await run('warm',e.clouds.openai+'/v1/chat/completions',oh,small,2);
await run('openai small',e.clouds.openai+'/v1/chat/completions',oh,small);
await run('openai 100kB',e.clouds.openai+'/v1/chat/completions',oh,big);
await run('anthropic small',e.clouds.anthropic+'/v1/messages',{'x-api-key':e.credentials.anthropic_key,'anthropic-version':'2023-06-01'},JSON.stringify({model:'claude-sonnet-4-5',max_tokens:100,messages:[{role:'user',content:'Hello'}]}));
await run('health',e.clouds['openai-compatible']+'/health',{},'');
await lab.stop(); process.exit(0);
